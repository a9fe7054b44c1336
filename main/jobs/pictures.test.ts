// What a run learns from: labelled pictures of the split in an order that repeats, with what was left out said in sentences.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Geometry } from '#contract/geometry.ts';
import type { DatasetState } from '../db/index.ts';
import { annotationRow, classRow, imageRow } from '../db/testing/rows.ts';
import { jobImage, partitionIn, runPictures } from './pictures.ts';
import { referencesOf } from './references.ts';

const classIds = ['a', 'b', 'c'];

test('readers vote; a tie leaves a picture out; marks in a place say nothing about a picture as a whole', () => {
  const box = { shape: 'box', x1: 0, y1: 0, x2: 1, y2: 1 } as const;
  const { targets, disputed } = referencesOf([
    annotationRow('1', 'one', 'b'), annotationRow('2', 'majority', 'a'), annotationRow('3', 'majority', 'c', { reader: 'B' }), annotationRow('4', 'majority', 'c', { reader: 'C' }),
    annotationRow('5', 'tie', 'a'), annotationRow('6', 'tie', 'b', { reader: 'B' }), annotationRow('7', 'place', 'a', { geometry: box }), annotationRow('8', 'gone', 'other'),
  ], classIds, 'classification');
  assert.deepEqual([...targets], [['one', [1]], ['majority', [2]]]);
  assert.deepEqual(disputed, ['tie']);
});

test('where a picture may have several classes, all of them count once, in order', () => {
  const { targets } = referencesOf([annotationRow('1', 'p', 'c'), annotationRow('2', 'p', 'a'), annotationRow('3', 'p', 'c', { reader: 'B' })], classIds, 'multilabel');
  assert.deepEqual(targets.get('p'), [0, 2]);
});

test('a fold is the validation partition of its run, and the test partition stays what it is', () => {
  const assigned = (partition: 'train' | 'validation' | 'test', fold: number | null) => ({ imageId: 'i', partition, fold });
  assert.deepEqual([assigned('train', 0), assigned('validation', 0), assigned('train', 1), assigned('validation', 1), assigned('test', null)].map((one) => partitionIn(one, 1)), ['train', 'train', 'validation', 'validation', 'test']);
  assert.equal(partitionIn(assigned('validation', 0), null), 'validation');
});

const state = (changes: Partial<DatasetState> = {}): DatasetState => ({
  task: 'classification', classes: classIds.map((id, i) => classRow(id, i)),
  images: ['p', 'q', 'r', 's'].map((id) => imageRow(id)), annotations: ['p', 'q', 'r', 's'].map((id, i) => annotationRow(id, id, classIds[i % 2]!)),
  assignments: new Map((['p', 'q', 'r'] as const).map((id) => [id, { imageId: id, partition: 'train', fold: null }])), ...changes,
});

test('pictures come by content and path, whatever the order of import', () => {
  const order = (one: DatasetState) => runPictures(one, [], classIds, null).pictures.map(({ image }) => image.id).join('');
  assert.equal(order(state()), order(state({ images: state().images.toReversed() })));
});

test('boxes become pictures of their own: those of one picture stay together, and one place with two classes is left out', () => {
  const box = (id: string, imageId: string, classId: string, x1: number) => annotationRow(id, imageId, classId, { geometry: { shape: 'box', x1, y1: 0, x2: x1 + 2, y2: 2 } });
  const images = ['p', 'q', 's'].map((id) => imageRow(id, { width: 40, height: 30 }));
  const annotations = [annotationRow('whole', 'p', 'c'), box('1', 'p', 'a', 0), box('2', 'p', 'b', 10), box('3', 'p', 'a', 20), box('4', 'p', 'c', 20), box('5', 'q', 'b', 4), box('6', 's', 'a', 4)];
  const { pictures, notes } = runPictures(state({ images, annotations }), [], classIds, null, { margin: 0.5 });
  assert.deepEqual(pictures.map(({ id, targets }) => [id, targets]).sort(), [['p:0,0,4,4', [0]], ['p:9,0,4,4', [1]], ['q:3,0,4,4', [1]]]);
  assert.equal(new Set(pictures.filter(({ image }) => image.id === 'p').map(({ group }) => group)).size, 1);
  assert.deepEqual(jobImage(pictures.find(({ id }) => id === 'q:3,0,4,4')!).crop, { left: 3, top: 0, width: 4, height: 4 });
  assert.equal(notes.length, 2);
});

test('a polygon and a mask become pictures as the box around them does, and an empty mask none', () => {
  const images = [imageRow('p', { width: 40, height: 30 })];
  const mask = (runs: number[]) => ({ shape: 'mask', width: 40, height: 30, runs }) as const;
  const shapes = [{ shape: 'box', x1: 8, y1: 4, x2: 12, y2: 6 }, { shape: 'polygon', points: [[8, 4], [12, 4], [12, 6], [8, 6]] }, mask([4 * 40 + 8, 4, 36, 4, 1200 - 5 * 40 - 12])] as const;
  const cropOf = (geometry: Geometry) => runPictures(state({ images, annotations: [annotationRow('1', 'p', 'a', { geometry })] }), [], classIds, null, { margin: 0.25 }).pictures.map(({ crop }) => crop);
  for (const shape of shapes) assert.deepEqual(cropOf(shape as Geometry), [{ left: 7, top: 2, width: 6, height: 6 }]); // plain data
  assert.deepEqual(cropOf(mask([1200])), []);
});

test('what is left out is said: late pictures, disputed ones, and the same picture with two classes', () => {
  const images = [imageRow('p'), imageRow('q', { sha256: imageRow('p').sha256 }), imageRow('r'), imageRow('s'), imageRow('t', { excluded: true })];
  const annotations = [...state().annotations, annotationRow('t', 't', 'a'), annotationRow('r2', 'r', 'b', { reader: 'B' })];
  const { pictures, notes } = runPictures(state({ images, annotations }), [], classIds, null);
  assert.deepEqual(pictures.map(({ image }) => image.id).sort(), ['p', 'q']);
  assert.equal(notes.length, 3);
  assert.match(notes[0]!, /^1 labelled picture is not in the split/);
  assert.match(notes[1]!, /^1 picture is left out because the readers disagree/);
  assert.match(notes[2]!, /p\.png \(a\) and q\.png \(b\)|q\.png \(b\) and p\.png \(a\)/);
});
