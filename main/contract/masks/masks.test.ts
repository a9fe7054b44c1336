// Masks held to what is done pixel by pixel, on pictures of odd sizes, with one pixel, full and empty.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Mask } from '../geometry.ts';
import { components, fillHoles } from './components.ts';
import { fromBox, fromPolygon, toPolygons } from './polygons.ts';
import type { Vertex } from './polygons.ts';
import { area, bounds, covers, decode, eachRowStretch, emptyMask, encode, isEmpty, sameMask } from './runs.ts';
import { complement, differing, intersect, meet, subtract, unite } from './sets.ts';
import { simplified } from './simplify.ts';

const size = fc.record({ width: fc.integer({ min: 1, max: 17 }), height: fc.integer({ min: 1, max: 13 }) });
/** Pixels in clumps as well as in dust. */
const bitsOf = (pixels: number): fc.Arbitrary<number[]> => fc.oneof(
  fc.array(fc.constantFrom(0, 1), { minLength: pixels, maxLength: pixels }),
  fc.array(fc.tuple(fc.nat({ max: pixels }), fc.constantFrom(0, 1)), { maxLength: 8 }).map((cuts) => Array.from({ length: pixels }, (_, i) => cuts.filter(([at]) => at <= i).length % 2)),
  fc.constantFrom(0, 1).map((bit) => new Array<number>(pixels).fill(bit)),
);
const picture = size.chain(({ width, height }) => bitsOf(width * height).map((bits) => ({ width, height, bits })));
const pair = size.chain(({ width, height }) => fc.record({ width: fc.constant(width), height: fc.constant(height), a: bitsOf(width * height), b: bitsOf(width * height) }));
const maskOf = ({ width, height, bits }: { width: number; height: number; bits: number[] }) => encode(bits, width, height);

test('what is encoded is decoded exactly, and is what the contract calls a mask', () => {
  fc.assert(fc.property(picture, (one) => {
    const mask = maskOf(one);
    assert.deepEqual([...decode(mask)], one.bits);
    assert.ok(Mask.safeParse(mask).success);
    assert.ok(mask.runs.every((run, i) => run > 0 || i === 0));
    assert.equal(area(mask), one.bits.filter(Boolean).length);
    one.bits.forEach((bit, i) => assert.equal(covers(mask, i % one.width, Math.floor(i / one.width)), bit === 1));
  }));
});

test('bounds are the least and the greatest row and column with a pixel', () => {
  fc.assert(fc.property(picture, (one) => {
    const at = one.bits.flatMap((bit, i) => (bit ? [[i % one.width, Math.floor(i / one.width)] as const] : []));
    const xs = at.map(([x]) => x), ys = at.map(([, y]) => y);
    const expected = at.length ? { shape: 'box', x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs) + 1, y2: Math.max(...ys) + 1 } : null;
    assert.deepEqual(bounds(maskOf(one)), expected);
  }));
});

test('union, intersection, difference and complement are those of the pixels', () => {
  fc.assert(fc.property(pair, ({ width, height, a, b }) => {
    const [first, second] = [encode(a, width, height), encode(b, width, height)];
    const pixelwise = (keeps: (x: number, y: number) => boolean) => encode(a.map((bit, i) => (keeps(bit, b[i]!) ? 1 : 0)), width, height);
    assert.deepEqual(unite(first, second), pixelwise((x, y) => x + y > 0));
    assert.deepEqual(intersect(first, second), pixelwise((x, y) => x * y > 0));
    assert.deepEqual(subtract(first, second), pixelwise((x, y) => x > y));
    assert.deepEqual(complement(first), pixelwise((x) => x === 0));
  }));
});

test('whether masks meet, where they differ and whether they are empty is what their pixels say', () => {
  fc.assert(fc.property(pair, ({ width, height, a, b }) => {
    const [first, second] = [encode(a, width, height), encode(b, width, height)];
    assert.equal(meet(first, second), a.some((bit, i) => bit === 1 && b[i] === 1));
    assert.deepEqual(differing(first, second), bounds(encode(a.map((bit, i) => (bit === b[i] ? 0 : 1)), width, height)));
    assert.equal(isEmpty(first), !a.includes(1));
  }));
});

test('run lengths that are no whole numbers, or do not cover the picture, are no mask', () => {
  for (const runs of [[1.5, 4.5], [-1, 7], ['6'], [5], [7], 'six', null]) assert.equal(Mask.safeParse({ shape: 'mask', width: 3, height: 2, runs }).success, false);
});

test('masks of pictures of different sizes are not combined', () => {
  assert.throws(() => unite(emptyMask({ width: 2, height: 3 }), emptyMask({ width: 3, height: 2 })), /not of one picture/);
});

/** Parts by spreading from pixel to pixel. */
function spread({ width, height, bits }: { width: number; height: number; bits: readonly number[] }, connectivity: 4 | 8): number[][] {
  const seen = new Set<number>();
  return bits.flatMap((bit, start) => {
    if (bit === 0 || seen.has(start)) return [];
    const part = [start];
    seen.add(start);
    for (const at of part) {
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
        const x = at % width + dx, y = Math.floor(at / width) + dy, next = y * width + x;
        if ((connectivity === 4 && dx !== 0 && dy !== 0) || x < 0 || y < 0 || x >= width || y >= height || bits[next] === 0 || seen.has(next)) continue;
        seen.add(next);
        part.push(next);
      }
    }
    return [part];
  });
}

test('connected parts are those that spreading from pixel to pixel finds', () => {
  fc.assert(fc.property(picture, fc.constantFrom(4 as const, 8 as const), (one, connectivity) => {
    const expected = spread(one, connectivity).map((part) => encode(one.bits.map((_, i) => (part.includes(i) ? 1 : 0)), one.width, one.height));
    assert.deepEqual(components(maskOf(one), connectivity), expected);
  }));
});

test('filled holes are the background that spreading from outside does not reach', () => {
  fc.assert(fc.property(picture, (one) => {
    const padded = { width: one.width + 2, height: one.height + 2, bits: [] as number[] };
    padded.bits = Array.from({ length: padded.width * padded.height }, (_, i) => {
      const x = i % padded.width - 1, y = Math.floor(i / padded.width) - 1;
      return x >= 0 && y >= 0 && x < one.width && y < one.height && one.bits[y * one.width + x] === 1 ? 0 : 1;
    });
    const outside = new Set(spread(padded, 4).find((part) => part.includes(0)));
    const expected = one.bits.map((_, i) => (outside.has((Math.floor(i / one.width) + 1) * padded.width + i % one.width + 1) ? 0 : 1));
    assert.deepEqual(fillHoles(maskOf(one)), encode(expected, one.width, one.height));
  }));
});

test('outlines of a mask, drawn again, are the mask: holes, corners and single pixels included', () => {
  fc.assert(fc.property(picture, (one) => {
    const mask = maskOf(one);
    const again = toPolygons(mask).map((polygon) => fromPolygon(polygon, mask)).reduce(unite, emptyMask(mask));
    assert.ok(sameMask(again, mask));
  }), { numRuns: 300 });
});

/** Even-odd by counting the sides that a ray to the left crosses. */
function isInside(points: readonly Vertex[], x: number, y: number): boolean {
  let inside = false;
  points.forEach(([x2, y2], i) => {
    const [x1, y1] = points.at(i - 1)!;
    if ((y1 > y) !== (y2 > y) && x > ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

test('a polygon covers the pixels whose centres lie inside it', () => {
  // Quarters and thirds of pixels, so that no centre lies on a side, where rounding may decide.
  const corner = fc.tuple(fc.integer({ min: -12, max: 60 }), fc.integer({ min: -12, max: 60 })).map(([x, y]): Vertex => [x / 3 + 0.013, y / 3 + 0.029]);
  fc.assert(fc.property(size, fc.array(corner, { minLength: 3, maxLength: 9 }), ({ width, height }, points) => {
    const bits = Array.from({ length: width * height }, (_, i) => (isInside(points, i % width + 0.5, Math.floor(i / width) + 0.5) ? 1 : 0));
    assert.deepEqual(fromPolygon({ points }, { width, height }), encode(bits, width, height));
  }));
});

test('two shapes that share a side share no pixel and leave none out', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (top, bottom) => {
    const extent = { width: 10, height: 8 }, [a, b] = [top / 4, bottom / 4];
    const left = fromPolygon({ points: [[0, 0], [a, 0], [b, 8], [0, 8]] }, extent), right = fromPolygon({ points: [[a, 0], [10, 0], [10, 8], [b, 8]] }, extent);
    assert.equal(area(intersect(left, right)), 0);
    assert.equal(area(unite(left, right)), 80);
  }));
});

test('a box on whole pixels covers just these', () => {
  const mask = fromBox({ shape: 'box', x1: 1, y1: 2, x2: 4, y2: 3 }, { width: 5, height: 4 });
  const rows: number[][] = [];
  eachRowStretch(mask, (y, from, to) => { rows.push([y, from, to]); });
  assert.deepEqual(rows, [[2, 1, 4]]);
});

test('an outline with fewer corners stays within its tolerance and keeps at least three', () => {
  const circle = Array.from({ length: 90 }, (_, i): Vertex => [50 + 40 * Math.cos(i / 90 * 2 * Math.PI), 50 + 40 * Math.sin(i / 90 * 2 * Math.PI)]);
  fc.assert(fc.property(fc.double({ min: 0.1, max: 60, noNaN: true }), (tolerance) => {
    const few = simplified(circle, tolerance);
    assert.ok(few.length >= 3 && few.length < circle.length);
    for (const [x, y] of circle) {
      const nearest = Math.min(...few.map(([x2, y2], i) => {
        const [x1, y1] = few.at(i - 1)!, along = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)));
        return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1));
      }));
      assert.ok(nearest <= tolerance + 1e-9); // rounding
    }
  }));
});
