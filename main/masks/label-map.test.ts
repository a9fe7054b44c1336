// One class number per pixel from annotations: order, overlap, what is ignored, and what is no mask.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, fromBox, ignored, labelMap, maskClasses } from './index.ts';

const classes = [{ id: 'c', name: 'cell' }, { id: 'i', name: 'ignore' }, { id: 'n', name: 'nucleus' }];
const box = (x1: number, x2: number) => fromBox({ shape: 'box', x1, y1: 0, x2, y2: 1 }, { width: 6, height: 1 });

test('classes are counted without the one that means ignore', () => {
  assert.deepEqual(maskClasses(classes).map(({ id }) => id), ['c', 'n']);
});

test('a later class lies over an earlier one and ignore over all, whatever the order of the annotations', () => {
  const annotations = [{ classId: 'i', geometry: box(4, 6) }, { classId: 'n', geometry: box(1, 5) }, { classId: 'c', geometry: box(0, 2) }];
  assert.deepEqual([...labelMap(annotations, classes, 6, 1)], [1, 2, 2, 2, ignored, ignored]);
  assert.deepEqual([...labelMap(annotations.toReversed(), classes, 6, 1)], [1, 2, 2, 2, ignored, ignored]);
});

test('several objects of a class unite, polygons are filled, boxes and classes of the whole picture say nothing of pixels', () => {
  const map = labelMap([
    { classId: 'c', geometry: encode([1, 0, 0, 0, 0, 0], 6, 1) }, { classId: 'c', geometry: { shape: 'polygon', points: [[3, 0], [5, 0], [5, 1], [3, 1]] } },
    { classId: 'n', geometry: { shape: 'box', x1: 1, y1: 0, x2: 2, y2: 1 } }, { classId: 'n', geometry: null },
  ], classes, 6, 1);
  assert.deepEqual([...map], [1, 0, 0, 1, 1, 0]);
});

test('a mask of another size is refused instead of laid on askew', () => {
  assert.throws(() => labelMap([{ classId: 'c', geometry: encode([1, 0], 2, 1) }], classes, 1, 2), /lies on a picture/);
});
