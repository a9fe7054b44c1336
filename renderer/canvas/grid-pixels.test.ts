// Filters and maps as pixels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterPixels, mapPixels } from './grid-pixels.ts';

test('a filter of three channels keeps its colours, one of one channel is grey', () => {
  assert.deepEqual([...filterPixels([1, 2, 3, 4, 5, 6], 3)], [1, 2, 3, 255, 4, 5, 6, 255]);
  assert.deepEqual([...filterPixels([7, 9], 1)], [7, 7, 7, 255, 9, 9, 9, 255]);
});

test('two maps of one scale can be compared: the greatest value is white, half of it grey, and below 0 black', () => {
  assert.deepEqual([...mapPixels([4, 2, -3], 4)], [255, 255, 255, 255, 128, 128, 128, 255, 0, 0, 0, 255]);
  assert.deepEqual([...mapPixels([0], 0)], [0, 0, 0, 255]);
});
