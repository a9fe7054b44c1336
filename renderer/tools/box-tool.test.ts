// Boxes under the hand: always inside the picture, never without a size, and a drag is what its release makes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Box } from '../../main/contract/geometry.ts';
import { boxAt, boxBetween, handlePoint, handles, movedBox, resizedBox } from './box-shapes.ts';
import { drag, press, previewed, release } from './box-tool.ts';

const picture = { width: 640, height: 480 };
const point = fc.record({ x: fc.double({ min: -200, max: 900, noNaN: true }), y: fc.double({ min: -200, max: 700, noNaN: true }) });
const box = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 440 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([x1, y1, width, height]): Box => ({ shape: 'box', x1, y1, x2: x1 + width, y2: y1 + height }));
const handle = fc.constantFrom(...handles);

function inside(one: Box): void {
  assert.ok(Box.safeParse(one).success, JSON.stringify(one));
  assert.ok(one.x1 >= 0 && one.y1 >= 0 && one.x2 <= picture.width && one.y2 <= picture.height, JSON.stringify(one));
}

test('whatever is drawn, moved or resized stays a box inside the picture', () => {
  fc.assert(fc.property(box, handle, point, point, (one, side, a, b) => {
    inside(movedBox(one, a, picture));
    inside(resizedBox(one, side, a, picture));
    const drawn = boxBetween(a, b, picture);
    if (drawn) inside(drawn);
  }));
});

test('moving keeps the size, and moving back keeps the box where there was room', () => {
  fc.assert(fc.property(box, fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }), (one, x, y) => {
    const there = movedBox(one, { x, y }, picture);
    assert.deepEqual([there.x2 - there.x1, there.y2 - there.y1], [one.x2 - one.x1, one.y2 - one.y1]);
    if (there.x1 - one.x1 === x && there.y1 - one.y1 === y) assert.deepEqual(movedBox(there, { x: -x, y: -y }, picture), one);
  }));
});

test('a side that is held moves alone', () => {
  const one: Box = { shape: 'box', x1: 10, y1: 20, x2: 50, y2: 60 };
  assert.deepEqual(resizedBox(one, 'e', { x: 80, y: 300 }, picture), { ...one, x2: 80 });
  assert.deepEqual(resizedBox(one, 'nw', { x: 5, y: 6 }, picture), { ...one, x1: 5, y1: 6 });
  assert.deepEqual(resizedBox(one, 'w', { x: 70, y: 0 }, picture), { ...one, x1: 50, x2: 70 }, 'past the other side it turns over');
});

test('a press on a handle resizes, elsewhere on a box takes it, with the drawing tool it draws', () => {
  fc.assert(fc.property(box, handle, (one, side) => {
    const scene = { boxes: [{ id: 'a', box: one }], selected: 'a', reach: 0.2 };
    const act = press(handlePoint(one, side), 'box', scene);
    assert.ok(act?.kind === 'resize');
    const middle = { x: one.x1 + (one.x2 - one.x1) * 0.4, y: one.y1 + (one.y2 - one.y1) * 0.4 };
    const free = { ...scene, reach: 0.01 };
    assert.equal(press(middle, 'select', free)?.kind, 'move');
    assert.equal(press(middle, 'box', free)?.kind, 'draw');
    assert.equal(press({ x: one.x2 + 5, y: one.y2 + 5 }, 'select', free), null);
  }));
});

test('of boxes inside each other the smallest is taken', () => {
  const outer = { id: 'outer', box: { shape: 'box', x1: 0, y1: 0, x2: 100, y2: 100 } as const }, inner = { id: 'inner', box: { shape: 'box', x1: 40, y1: 40, x2: 60, y2: 60 } as const };
  assert.equal(boxAt([inner, outer], { x: 50, y: 50 }, 2)?.id, 'inner');
  assert.equal(boxAt([outer, inner], { x: 50, y: 50 }, 2)?.id, 'inner');
  assert.equal(boxAt([outer, inner], { x: 10, y: 10 }, 2)?.id, 'outer');
});

test('letting go makes what the preview showed, and a press without a drag makes nothing', () => {
  fc.assert(fc.property(box, point, (one, to) => {
    const scene = { boxes: [{ id: 'a', box: one }], selected: null, reach: 0 };
    const begun = press({ x: one.x1, y: one.y1 }, 'select', scene)!;
    assert.deepEqual(release(begun, picture, 3), { kind: 'none' });
    const under = drag(begun, to), outcome = release(under, picture, 3);
    if (outcome.kind === 'change') assert.deepEqual(outcome.box, previewed(under, picture));
    else assert.deepEqual(previewed(under, picture), one);
  }));
  const slip = drag(press({ x: 10, y: 10 }, 'box', { boxes: [], selected: null, reach: 4 })!, { x: 12, y: 40 });
  assert.deepEqual(release(slip, picture, 3), { kind: 'none' });
});
