// The tools that draw masks, held to what is done pixel by pixel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { components } from '#contract/masks/components.ts';
import { area, bounds, covers, decode, emptyMask, encode, sameMask } from '#contract/masks/runs.ts';
import { intersect, subtract, unite } from '#contract/masks/sets.ts';
import { MaskLayers } from '../canvas/mask-layers.ts';
import { flood } from './flood.ts';
import { erased, painted } from './mask-edit.ts';
import type { EditedObject } from './mask-edit.ts';
import { MaskPen } from './mask-pen.ts';
import { hold, parted, pulled, withoutCorner } from './polygon-tool.ts';
import { smoothed } from './smooth.ts';
import { Stroke } from './stroke.ts';
import { pieceAt, superpixels } from './superpixels.ts';

const picture = { width: 31, height: 23 };
const point = fc.record({ x: fc.double({ min: -8, max: 40, noNaN: true }), y: fc.double({ min: -8, max: 30, noNaN: true }) });
const random = fc.uint8Array({ min: 0, max: 1, minLength: 31 * 23, maxLength: 31 * 23 }).map((bits) => encode(bits, 31, 23));

test('a pull of the brush covers the pixels whose centres are within its radius of the way, and says where', () => {
  fc.assert(fc.property(point, point, fc.double({ min: 0.6, max: 9, noNaN: true }), (from, to, radius) => {
    const stroke = new Stroke(picture), touched = stroke.stamp(from, to, radius), mask = stroke.mask();
    for (let y = 0; y < picture.height; y++) for (let x = 0; x < picture.width; x++) {
      // The distance to the way, sampled finely.
      const least = Math.min(...Array.from({ length: 401 }, (_, i) => Math.hypot(x + 0.5 - from.x - (to.x - from.x) * i / 400, y + 0.5 - from.y - (to.y - from.y) * i / 400)));
      if (Math.abs(least - radius) > 0.08) assert.equal(covers(mask, x, y), least < radius); // a sample may miss the nearest point by a 400th of the way
    }
    const box = bounds(mask);
    if (box) assert.ok(touched && box.x1 >= touched.x1 && box.y1 >= touched.y1 && box.x2 <= touched.x2 && box.y2 <= touched.y2);
  }), { numRuns: 10 });
});

test('a brush of one pixel covers the pixel that the pointer is in', () => {
  const stroke = new Stroke(picture);
  stroke.stamp({ x: 4.9, y: 7.1 }, { x: 4.9, y: 7.1 }, 0.5);
  assert.deepEqual(stroke.mask(), encode(Uint8Array.from({ length: 31 * 23 }, (_, i) => Number(i === 7 * 31 + 4)), 31, 23));
});

test('a stroke is what its bytes say, and nothing is left when it is cleared', () => {
  fc.assert(fc.property(fc.array(fc.tuple(point, point, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 5 }), (pulls) => {
    const stroke = new Stroke(picture);
    for (const [from, to, radius] of pulls) stroke.stamp(from, to, radius);
    assert.ok(sameMask(stroke.mask(), encode(stroke.bits, 31, 23)));
    stroke.clear();
    assert.ok(stroke.bits.every((bit) => bit === 0));
    assert.equal(area(stroke.mask()), 0);
  }));
});

test('a flood takes the connected pixels that look like the first, and no other', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 31 * 23, maxLength: 31 * 23 }), fc.nat({ max: 31 * 23 - 1 }), fc.integer({ min: 0, max: 255 }), (greys, start, tolerance) => {
    const data = Uint8ClampedArray.from({ length: greys.length * 4 }, (_, i) => (i % 4 === 3 ? 255 : greys[i >> 2]!));
    const alike = encode(greys.map((grey) => Number(Math.abs(grey - greys[start]!) <= tolerance)), 31, 23), [x, y] = [start % 31, Math.floor(start / 31)];
    const expected = components(alike, 4).find((part) => covers(part, x, y))!;
    assert.ok(sameMask(flood({ ...picture, data }, x, y, tolerance), expected));
  }));
});

test('a flood stops where it is blocked', () => {
  const data = new Uint8ClampedArray(31 * 23 * 4), blocked = Uint8Array.from({ length: 31 * 23 }, (_, i) => Number(i % 31 === 10));
  assert.equal(area(flood({ ...picture, data }, 0, 0, 0, blocked)), 10 * 23);
});

test('superpixels part the picture into connected pieces, none of which crosses a strong edge', () => {
  const data = Uint8ClampedArray.from({ length: 60 * 40 * 4 }, (_, i) => ((i >> 2) % 60 < 25 ? 20 : 220));
  const pieces = superpixels({ width: 60, height: 40, data }, 10), masks = new Map<number, Uint8Array>();
  pieces.forEach((piece, i) => { (masks.get(piece) ?? masks.set(piece, new Uint8Array(pieces.length)).get(piece)!)[i] = 1; });
  assert.ok(masks.size >= 12 && masks.size <= 40, String(masks.size));
  for (const bits of masks.values()) {
    assert.equal(components(encode(bits, 60, 40), 4).length, 1);
    const sides = new Set(Array.from(bits.keys()).filter((i) => bits[i] === 1).map((i) => i % 60 < 25));
    assert.equal(sides.size, 1);
    const some = bits.indexOf(1);
    assert.deepEqual([...pieceAt(pieces, 60, some)].sort((a, b) => a - b), Array.from(bits.keys()).filter((i) => bits[i] === 1));
  }
});

test('smoothing keeps what most of the neighbourhood is, and drops single pixels', () => {
  fc.assert(fc.property(random, fc.integer({ min: 1, max: 3 }), (mask, reach) => {
    const bits = decode(mask), box = bounds(mask)!, [x1, y1, x2, y2] = [Math.max(0, box.x1 - reach), Math.max(0, box.y1 - reach), Math.min(31, box.x2 + reach), Math.min(23, box.y2 + reach)];
    const expected = bits.map((_, i) => {
      const [x, y] = [i % 31, Math.floor(i / 31)];
      if (x < x1 || x >= x2 || y < y1 || y >= y2) return 0;
      let sum = 0;
      for (let v = y - reach; v <= y + reach; v++) for (let u = x - reach; u <= x + reach; u++) sum += bits[Math.min(y2 - 1, Math.max(y1, v)) * 31 + Math.min(x2 - 1, Math.max(x1, u))]!;
      return Number(sum > (2 * reach + 1) ** 2 / 2);
    });
    assert.ok(sameMask(smoothed(mask, reach), encode(expected, 31, 23)));
  }), { numRuns: 40 });
  assert.equal(area(smoothed(encode(Uint8Array.from({ length: 31 * 23 }, (_, i) => Number(i === 300)), 31, 23), 1)), 0);
});

const objects = fc.array(random, { maxLength: 4 }).map((masks) => masks.reduce<EditedObject[]>((list, mask, i) => {
  const rest = list.reduce((left, other) => subtract(left, other.mask), mask);
  return area(rest) === 0 ? list : [...list, { id: `o${i}`, classId: i % 2 ? 'b' : 'a', mask: rest }];
}, []));

/** The masks after an edit. */
function after(before: readonly EditedObject[], { change, remove, add }: ReturnType<typeof painted>): EditedObject[] {
  const changed = new Map(change.map(({ id, mask }) => [id, mask]));
  return [...before.filter(({ id }) => !remove.includes(id)).map((one) => ({ ...one, mask: changed.get(one.id) ?? one.mask })), ...(add ? [{ id: 'new', classId: 'a', mask: add }] : [])];
}

test('painting covers the area, as far as it stops at others; what is covered belongs to one object unless overlap is allowed', () => {
  fc.assert(fc.property(objects, random, fc.constantFrom('objects' as const, 'areas' as const), fc.constantFrom('stop' as const, 'replace' as const, 'allow' as const), (before, painting, kind, overlap) => {
    const now = after(before, painted(before, painting, { classId: 'a', kind, overlap, into: null }));
    const all = (list: readonly EditedObject[]) => list.map(({ mask }) => mask).reduce(unite, emptyMask(picture));
    assert.ok(sameMask(all(now), unite(all(before), painting)), 'no pixel is lost or left out');
    if (overlap !== 'allow') now.forEach((one, i) => { for (const other of now.slice(0, i)) assert.equal(area(intersect(one.mask, other.mask)), 0); });
    if (overlap === 'stop') for (const one of before) assert.equal(area(subtract(one.mask, now.find(({ id }) => id === one.id)!.mask)), 0);
    assert.ok(now.every(({ mask }) => area(mask) > 0));
    if (kind === 'areas') assert.ok(now.filter(({ classId }) => classId === 'a').length <= Math.max(1, before.filter(({ classId }) => classId === 'a').length));
  }));
});

test('erasing takes the area away and nothing else; painting it again brings the pixels back', () => {
  fc.assert(fc.property(objects, random, (before, erasing) => {
    const now = after(before, erased(before, erasing, null));
    for (const one of before) {
      const left = now.find(({ id }) => id === one.id);
      assert.ok(sameMask(left?.mask ?? emptyMask(picture), subtract(one.mask, erasing)));
    }
  }));
});

test('painting over what says that nothing is there makes that the mask', () => {
  const nothing = [{ id: 'n', classId: 'a', mask: emptyMask(picture) }], painting = encode(Uint8Array.from({ length: 31 * 23 }, (_, i) => Number(i < 5)), 31, 23);
  assert.deepEqual(painted(nothing, painting, { classId: 'a', kind: 'objects', overlap: 'stop', into: null }), { change: [{ id: 'n', mask: painting }], remove: [], add: null });
});

test('a pen that begins on an object of its class goes on with it, and with Shift makes a new one', () => {
  const layers = new MaskLayers(picture), mask = encode(Uint8Array.from({ length: 31 * 23 }, (_, i) => Number(i % 31 < 10)), 31, 23);
  layers.sync([{ id: 'left', classId: 'a', color: 0, mask, proposed: false }]);
  const options = { classId: 'a', kind: 'objects', overlap: 'stop', size: 4, erases: false, smoothing: 0, selected: null, alike: null } as const;
  const drawn = (fresh: boolean) => {
    const pen = new MaskPen(layers, new Stroke(picture), { x: 5, y: 10 }, { ...options, fresh });
    pen.pull({ x: 20, y: 10 });
    return pen.release();
  };
  const grown = drawn(false);
  assert.deepEqual([grown.change.map(({ id }) => id), grown.add], [['left'], null]);
  assert.ok(area(grown.change[0]!.mask) > area(mask));
  const apart = drawn(true);
  assert.equal(apart.change.length, 0);
  assert.equal(area(intersect(apart.add!, mask)), 0);
});

test('a pen that looks for alike pixels covers only those', () => {
  const layers = new MaskLayers(picture), grey = Uint8Array.from({ length: 31 * 23 }, (_, i) => (i % 31 < 15 ? 50 : 90));
  const pen = new MaskPen(layers, new Stroke(picture), { x: 10, y: 10 }, { classId: 'a', kind: 'objects', overlap: 'stop', size: 8, erases: false, smoothing: 0, selected: null, fresh: false, alike: { grey, tolerance: 20 } });
  pen.pull({ x: 25, y: 10 });
  assert.equal(bounds(pen.release().add!)!.x2, 15);
});

const square: readonly (readonly [number, number])[] = [[0, 0], [10, 0], [10, 10], [0, 10]];

test('a corner is held before a side, and pulling a side puts a corner into it', () => {
  assert.deepEqual(hold(square, { x: 0.5, y: 0.5 }, 2), { what: 'corner', at: 0 });
  assert.deepEqual(hold(square, { x: 5, y: 1 }, 2), { what: 'side', at: 0 });
  assert.equal(hold(square, { x: 5, y: 5 }, 2), null);
  assert.deepEqual(pulled(square, { what: 'side', at: 3 }, { x: -3, y: 5 }), [...square, [-3, 5]]);
  assert.deepEqual(pulled(square, { what: 'corner', at: 2 }, { x: 12, y: 12 })[2], [12, 12]);
});

test('a polygon keeps three corners, and its two halves have its area', () => {
  assert.equal(withoutCorner(square, 1).length, 3);
  assert.equal(withoutCorner(square.slice(0, 3), 1).length, 3);
  assert.equal(parted(square, 0, 1), null);
  const size = (points: readonly (readonly [number, number])[]) => Math.abs(points.reduce((sum, [x, y], i) => sum + points.at(i - 1)![0] * y - x * points.at(i - 1)![1], 0)) / 2;
  const halves = parted(square, 3, 1)!;
  assert.equal(size(halves[0]) + size(halves[1]), 100);
});
