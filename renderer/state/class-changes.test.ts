// Deleting, merging and moving classes: what hangs on them follows, keys stay without gaps, and every patch can be taken back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inverse } from '#contract/patch.ts';
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';
import { changeClasses } from './apply-patch.ts';
import { deleted, freeColor, merged, moved } from './class-changes.ts';

const classes: readonly ClassRecord[] = ['a', 'b', 'c'].map((id, order) => ({ id, name: id, color: order, order }));
const [a, b, c] = classes as [ClassRecord, ClassRecord, ClassRecord]; // three were just made
const label = (id: string, imageId: string, classId: string, more: Partial<AnnotationRecord> = {}): AnnotationRecord => ({ id, imageId, classId, geometry: null, source: 'person', reader: null, modelId: null, ...more });
const patch = (changes: Change[]) => ({ id: 'p', title: 'p', changes });
const after = (changes: Change[]) => changeClasses(classes, patch(changes)).map(({ id, order }) => `${id}${order}`);
const annotationsIn = (changes: Change[]) => changes.filter((change) => change.of === 'annotation').map(({ id, to }) => `${id}:${to?.classId ?? 'gone'}`);

test('a deleted class takes its labels along and the later classes get the keys before them', () => {
  const changes = deleted(classes, a, [label('1', 'x', 'a'), label('2', 'y', 'a')]);
  assert.deepEqual(annotationsIn(changes), ['1:gone', '2:gone']);
  assert.deepEqual(after(changes), ['b0', 'c1']);
  assert.deepEqual(changeClasses(changeClasses(classes, patch(changes)), inverse(patch(changes), 'q')), classes);
});

test('merging moves labels and boxes over, and a picture that had both classes is not given one twice', () => {
  const box = { shape: 'box', x1: 0, y1: 0, x2: 2, y2: 2 } as const;
  const changes = merged(classes, b, c, [label('1', 'x', 'b'), label('2', 'x', 'c'), label('3', 'y', 'b'), label('4', 'x', 'b', { geometry: box }), label('5', 'x', 'b', { reader: 'second reader' })]);
  assert.deepEqual(annotationsIn(changes), ['1:gone', '3:c', '4:c', '5:c']);
  assert.deepEqual(after(changes), ['a0', 'c1']);
});

test('a class moves one place and changes keys with its neighbour; at the ends nothing happens', () => {
  assert.deepEqual(after(moved(classes, b, -1)), ['b0', 'a1', 'c2']);
  assert.deepEqual(moved(classes, a, -1), []);
  assert.deepEqual(moved(classes, c, 1), []);
});

test('a new class gets the first colour that none has', () => {
  assert.equal(freeColor(classes), 3);
  assert.equal(freeColor([a, c]), 1);
});
