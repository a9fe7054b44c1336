// What lies in the shapes is all of the evidence where it is confined to them, none where it is elsewhere, and the share of the area where it is even.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Geometry } from '../../main/contract/geometry.ts';
import { complement } from '../../main/contract/masks/sets.ts';
import { encode } from '../../main/contract/masks/runs.ts';
import { attentionInside } from './attention.ts';

const picture = { width: 48, height: 32 };
const box = (x1: number, y1: number, x2: number, y2: number): Geometry => ({ shape: 'box', x1, y1, x2, y2 });

test('even evidence lies in a shape as its share of what the network sees', () => {
  fc.assert(fc.property(fc.integer({ min: 8, max: 39 }), fc.integer({ min: 0, max: 31 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (x, y, w, h) => {
    // The network sees columns 8 to 40.
    const [x2, y2] = [Math.min(40, x + w), Math.min(32, y + h)], found = attentionInside({ rows: 3, columns: 3, values: new Array<number>(9).fill(2) }, picture, 1, [box(x, y, x2, y2)])!;
    const share = ((x2 - x) * (y2 - y)) / 32 ** 2;
    assert.ok(Math.abs(found.area - share) < 1e-12 && Math.abs(found.evidence - share) < 1e-12); // four points to a pixel, so exact but for rounding
  }));
});

test('a shape and all that is not in it share the evidence', () => {
  const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });
  fc.assert(fc.property(values, fc.uint8Array({ min: 0, max: 1, minLength: 48 * 32, maxLength: 48 * 32 }), (grid, bits) => {
    const mask = encode(bits, 48, 32), of = (shape: Geometry) => attentionInside({ rows: 4, columns: 4, values: grid }, picture, 0.875, [shape]), [a, b] = [of(mask), of(complement(mask))];
    if (a && b) assert.ok(Math.abs(a.evidence + b.evidence - 1) < 1e-9 && Math.abs(a.area + b.area - 1) < 1e-9); // rounding
  }));
});

test('evidence on the left lies in a shape on the left and in none on the right; what speaks against the class counts for nothing', () => {
  const grid = { rows: 1, columns: 4, values: [1, 0, 0, -5] };
  assert.equal(attentionInside(grid, picture, 1, [box(0, 0, 24, 32)])!.evidence, 1);
  assert.equal(attentionInside(grid, picture, 1, [box(28, 0, 48, 32)])!.evidence, 0);
});

test('nothing is said without a shape, beside what the network sees, or where nothing speaks for the class', () => {
  const even = { rows: 1, columns: 1, values: [1] };
  for (const said of [attentionInside(even, picture, 1, []), attentionInside(even, picture, 1, [box(0, 0, 8, 32)]), attentionInside({ ...even, values: [-1] }, picture, 1, [box(0, 0, 48, 32)])]) assert.equal(said, null);
});
