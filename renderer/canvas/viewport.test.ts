// Zooming and panning as plain numbers: what is under the cursor stays there, and the picture cannot be lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fit, shift, toPicture, toView, zoomAt } from './viewport.ts';

const size = fc.record({ width: fc.integer({ min: 20, max: 5000 }), height: fc.integer({ min: 20, max: 5000 }) });
const view = fc.record({ width: fc.integer({ min: 200, max: 2000 }), height: fc.integer({ min: 200, max: 2000 }) });
const point = fc.record({ x: fc.integer({ min: -300, max: 2300 }), y: fc.integer({ min: -300, max: 2300 }) });
/** Rounding of doubles at these sizes. */
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test('a fitted picture lies whole inside the view and in its middle', () => {
  fc.assert(fc.property(size, view, (picture, room) => {
    const { zoom, x, y } = fit(picture, room);
    assert.ok(picture.width * zoom <= room.width && picture.height * zoom <= room.height);
    close(x * 2 + picture.width * zoom, room.width);
    close(y * 2 + picture.height * zoom, room.height);
  }));
});

test('zooming keeps the point under the cursor', () => {
  fc.assert(fc.property(size, view, point, fc.double({ min: 0.2, max: 5, noNaN: true }), (picture, room, at, factor) => {
    const before = fit(picture, room);
    const under = toPicture(before, at);
    const after = toView(zoomAt(before, at, factor, 0.01), under);
    close(after.x, at.x);
    close(after.y, at.y);
  }));
});

test('however far it is dragged, a quarter of the view still shows the picture or its edge', () => {
  fc.assert(fc.property(size, view, point, (picture, room, by) => {
    const { x, y, zoom } = shift(fit(picture, room), { x: by.x * 10, y: by.y * 10 }, picture, room);
    assert.ok(x <= room.width * 0.75 + 1e-6 && x + picture.width * zoom >= room.width * 0.25 - 1e-6);
    assert.ok(y <= room.height * 0.75 + 1e-6 && y + picture.height * zoom >= room.height * 0.25 - 1e-6);
  }));
});
