// COCO's run lengths in both spellings are read as pycocotools writes them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Mask } from '#contract/geometry.ts';
import { bounds } from './bounds.ts';
import { area as maskArea } from '../masks/index.ts';
import { maskFromCoco, maskToCoco } from './coco-mask.ts';

function maskOf(rows: readonly (readonly number[])[]): Mask {
  const pixels = rows.flat(), runs: number[] = [];
  let value = 0, start = 0;
  pixels.forEach((pixel, i) => {
    if (pixel === value) return;
    runs.push(i - start);
    [value, start] = [pixel, i];
  });
  return { shape: 'mask', width: rows[0]!.length, height: rows.length, runs: [...runs, pixels.length - start] };
}

test('packed masks of pycocotools are unpacked, and packed as it does', () => {
  // pycocotools.mask.encode of a random 7 x 9 mask, and of a rectangle with runs above 32.
  const random = [[0, 0, 1, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 1, 0, 1, 0], [1, 1, 0, 1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0, 1, 0], [1, 1, 0, 0, 0, 0, 1, 1, 0]];
  const packed = '141M110050J00O102070F0125';
  assert.deepEqual(maskFromCoco(packed, [7, 9]), maskOf(random));
  assert.equal(maskToCoco(maskOf(random)).counts, packed);
  const rectangle = Array.from({ length: 40 }, (_, y) => Array.from({ length: 50 }, (_, x) => y >= 3 && y < 30 && x >= 4 && x < 44 ? 1 : 0));
  const long = 'S5k0=00000000000000000000000000000000000000000000000000000000000000000000000000000]7', mask = maskFromCoco(long, [40, 50]);
  assert.deepEqual(mask, maskOf(rectangle));
  assert.equal(maskToCoco(mask!).counts, long);
  assert.equal(maskArea(mask!), 27 * 40);
  assert.deepEqual(bounds(mask!), { shape: 'box', x1: 4, y1: 3, x2: 44, y2: 30 });
});

test('runs down the columns and along the rows are the same mask', () => {
  fc.assert(fc.property(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([height, width]) => fc.array(fc.array(fc.constantFrom(0, 1), { minLength: width, maxLength: width }), { minLength: height, maxLength: height })), (rows) => {
    const mask = maskOf(rows), { size, counts } = maskToCoco(mask);
    assert.deepEqual(maskFromCoco(counts, size), mask);
    assert.deepEqual(maskFromCoco(maskOf(rows[0]!.map((_, x) => rows.map((row) => row[x]!))).runs, size), mask);
    const ys = rows.flatMap((row, y) => row.includes(1) ? [y] : []), xs = rows[0]!.flatMap((_, x) => rows.some((row) => row[x]) ? [x] : []);
    assert.deepEqual(bounds(mask), ys.length ? { shape: 'box', x1: xs[0], y1: ys[0], x2: xs.at(-1)! + 1, y2: ys.at(-1)! + 1 } : null);
  }));
});

test('runs that do not cover the picture, and texts that are no runs, are refused', () => {
  for (const counts of [[3], [5, 5], [-1, 7], [0.5, 5.5], '', 'é', 'ooooooooooooooo']) assert.equal(maskFromCoco(counts, [2, 3]), null, String(counts));
});
