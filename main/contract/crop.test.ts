// Crops: the whole box is inside, the crop is inside the picture and square where there is room, and a name can be read back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cropAround, partId, readPartId } from './crop.ts';

const scene = fc.record({ width: fc.integer({ min: 1, max: 4000 }), height: fc.integer({ min: 1, max: 4000 }), a: fc.double({ min: 0, max: 0.9, noNaN: true }), b: fc.double({ min: 0, max: 0.9, noNaN: true }), c: fc.double({ min: 0.01, max: 1, noNaN: true }), d: fc.double({ min: 0.01, max: 1, noNaN: true }), margin: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ width, height, a, b, c, d, margin }) => ({ picture: { width, height }, box: { shape: 'box' as const, x1: a * width, y1: b * height, x2: a * width + c * (width - a * width), y2: b * height + d * (height - b * height) }, margin }));

test('a crop lies within the picture and is square where the picture is large enough', () => {
  fc.assert(fc.property(scene, ({ picture, box, margin }) => {
    const { left, top, width, height } = cropAround(box, picture, margin);
    assert.ok(left >= 0 && top >= 0 && left + width <= picture.width && top + height <= picture.height);
    if (Math.max(width, height) < Math.min(picture.width, picture.height)) assert.equal(width, height);
  }));
});

test('all of a box is in its crop, but for the half pixel that rounding takes', () => {
  fc.assert(fc.property(scene, ({ picture, box, margin }) => {
    const { left, top, width, height } = cropAround(box, picture, margin);
    assert.ok(left <= box.x1 + 0.5 && top <= box.y1 + 0.5 && left + width >= box.x2 - 0.5 && top + height >= box.y2 - 0.5);
  }));
});

test('the middle 7/8 of a crop with the usual margin still holds the box', () => {
  const box = { shape: 'box', x1: 100, y1: 200, x2: 180, y2: 220 } as const;
  const { left, top, width, height } = cropAround(box, { width: 640, height: 480 }, 0.1);
  assert.deepEqual({ left, top, width, height }, { left: 92, top: 162, width: 96, height: 96 });
  assert.ok(left + width / 16 <= box.x1 && left + width * (15 / 16) >= box.x2);
});

test('a part is named after its picture and read back, and a whole picture keeps its own name', () => {
  const crop = { left: 3, top: 0, width: 40, height: 41 };
  assert.deepEqual(readPartId(partId('c0ffee', crop)), { imageId: 'c0ffee', crop });
  assert.deepEqual(readPartId(partId('c0ffee', null)), { imageId: 'c0ffee', crop: null });
});
