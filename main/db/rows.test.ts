// Rows come back as they were written, lists filter as they say, and a dataset version is the same wherever the same data lie.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { partId } from '#contract/crop.ts';
import { ImageFilter } from '#contract/overview.ts';
import type { EvaluationRecord, ImageRecord, SplitRecord } from '#contract/records.ts';
import type { ModelRecord } from '#contract/runs.ts';
import { writeAnnotation } from './annotations.ts';
import { classCounts, writeClass } from './classes.ts';
import { datasetManifest } from './dataset-manifest.ts';
import type { DatasetState } from './dataset-manifest.ts';
import { currentDatasetHash } from './current-dataset.ts';
import { datasetHash, datasetState, keepDataset } from './datasets.ts';
import { insertDuplicate } from './duplicates.ts';
import { countLook, evaluations, insertEvaluation } from './evaluations.ts';
import type { Project } from './folder.ts';
import { image, imageCounts, imageIds, imageRows, subjects } from './images.ts';
import { intakeStore } from './intake-store.ts';
import { insertJob, interruptJobs, job, report, updateJob, writeReport } from './jobs.ts';
import { liveBlobs } from './live-blobs.ts';
import { insertModel } from './models.ts';
import { applyPatch } from './patches.ts';
import { insertPredictions, predictionsOf } from './predictions.ts';
import { appendRunEvent, forgetCheckpoints, forgetProgress, lastCheckpoint, runEvents } from './run-events.ts';
import { insertRun, interruptRuns, run, runOrigin, updateRun } from './runs.ts';
import type { RunOrigin } from './runs.ts';
import { currentSplit, insertSplit, partitionCounts } from './splits.ts';
import { annotationRow, classRow, imageRow, projectWith } from './testing/rows.ts';

const cleanups: (() => void)[] = [];
after(() => cleanups.forEach((clean) => clean()));
async function fresh(images: readonly ImageRecord[]): Promise<Project> {
  const { project, remove } = await projectWith(images);
  cleanups.push(remove);
  return project;
}
const zero = { train: 0, validation: 0, test: 0 };
const splitRow = (id: string): SplitRecord => ({ id, validation: 0.2, test: 0.2, folds: 1, seed: 1, createdAt: '2026-01-01T00:00:00.000Z', counts: zero, perClass: {}, subjects: zero, subjectsShared: 0, notes: [] });

/** Six pictures: two labelled, one unsure, one skipped, one excluded, one that nobody looked at; i1 and i2 are twins. */
async function six(): Promise<Project> {
  const project = await fresh([
    imageRow('i1', { subject: 'S1', site: 'north', path: 'Ä/Éclair.png', pixelSpacing: [0.5, 0.25] }), imageRow('i2', { subject: 'S1', site: 'south', declared: 'test' }),
    imageRow('i3', { status: 'unsure', subject: 'S2' }), imageRow('i4', { status: 'skipped' }), imageRow('i5', { excluded: true, bitDepth: 16 }), imageRow('i6', { path: '100%_done.png' }),
  ]);
  const { db } = project;
  db.transaction(() => {
    writeClass(db, 'b', classRow('b', 1, 'zebra'));
    writeClass(db, 'a', classRow('a', 0, 'yak'));
    writeAnnotation(db, 'l1', annotationRow('l1', 'i1', 'a'));
    writeAnnotation(db, 'l2', annotationRow('l2', 'i2', 'b', { geometry: { shape: 'box', x1: 0, y1: 0, x2: 2, y2: 2 } }));
    insertDuplicate(db, { imageId: 'i2', ofImageId: 'i1', kind: 'near', distance: 3 });
  });
  return project;
}

test('a picture comes back with every field as it was written', async () => {
  const full = imageRow('full', { path: "it's \"quoted\"\n💥\u202e.png", pixelSpacing: [0.1, 0.3], bitDepth: 16, channels: 1, frame: 4, subject: '; DROP TABLE image;--', site: '', declared: 'validation', status: 'skipped', excluded: true });
  const { db } = await fresh([full, imageRow('plain')]);
  assert.deepEqual(image(db, 'full'), full);
  assert.deepEqual(image(db, 'plain'), imageRow('plain'));
});

test('each filter lets through what it says', async () => {
  const { db } = await six();
  insertSplit(db, splitRow('s'), [{ imageId: 'i1', partition: 'train', fold: null }, { imageId: 'i2', partition: 'test', fold: null }]);
  const ids = (filter: Partial<ImageFilter>) => imageIds(db, ImageFilter.parse(filter)).join(' ');
  assert.equal(ids({}), 'i1 i2 i3 i4 i5 i6');
  assert.equal(ids({ label: 'labelled' }), 'i1 i2');
  assert.equal(ids({ label: 'unlabelled' }), 'i3 i4 i5 i6');
  assert.equal(ids({ label: { classId: 'b' } }), 'i2');
  assert.equal(ids({ status: 'unsure' }), 'i3');
  assert.equal(ids({ subject: 'S1', site: 'south' }), 'i2');
  assert.equal(ids({ partition: 'test' }), 'i2');
  assert.equal(ids({ duplicated: true }), 'i1 i2');
  assert.equal(ids({ excluded: true }), 'i5');
  assert.equal(ids({ excluded: false }), 'i1 i2 i3 i4 i6');
  assert.equal(ids({ text: 'é' }), 'i1', 'upper and lower case beyond ASCII');
  assert.equal(ids({ text: '%_' }), 'i6', 'no wildcards');
});

test('rows come in the order asked for, with annotations and partition; unknown ids are left out', async () => {
  const { db } = await six();
  insertSplit(db, splitRow('s'), [{ imageId: 'i2', partition: 'test', fold: null }]);
  const rows = imageRows(db, ['i2', 'nowhere', 'i1']);
  assert.deepEqual(rows.map(({ image: { id }, annotations, partition }) => [id, annotations.map((a) => a.id).join(), partition]), [['i2', 'l2', 'test'], ['i1', 'l1', null]]);
});

test('counts of a project, its classes and its subjects', async () => {
  const { db } = await six();
  assert.deepEqual(imageCounts(db), { images: 6, labelled: 2, unsure: 1, skipped: 1, excluded: 1, duplicated: 2, boxes: 1, subjects: 2, sites: ['north', 'south'] });
  assert.deepEqual(classCounts(db).map(({ name, count }) => [name, count]), [['yak', 1], ['zebra', 1]]);
  assert.deepEqual(subjects(db), [{ subject: 'S1', images: 2 }, { subject: 'S2', images: 1 }]);
  const empty = await fresh([]);
  assert.equal(imageCounts(empty.db).excluded, 0);
});

test('the last split is the current one, and excluded pictures do not count', async () => {
  const { db } = await six();
  assert.equal(partitionCounts(db), null);
  insertSplit(db, splitRow('s1'), []);
  insertSplit(db, splitRow('s2'), [{ imageId: 'i1', partition: 'train', fold: 1 }, { imageId: 'i5', partition: 'train', fold: null }]);
  assert.equal(currentSplit(db)?.id, 's2');
  assert.deepEqual(partitionCounts(db), { train: 1, validation: 0, test: 0 });
});

test('a dataset version does not hang on ids or on the order of rows, and changes with anything that training sees', () => {
  const state: DatasetState = {
    task: 'classification', classes: [classRow('a', 0), classRow('b', 1)], images: [imageRow('i1', { subject: 'S' }), imageRow('i2'), imageRow('i3', { sha256: imageRow('i2').sha256 })],
    annotations: [annotationRow('x', 'i1', 'a'), annotationRow('y', 'i2', 'b'), annotationRow('z', 'i2', 'a', { reader: 'Dr B' })],
    assignments: new Map([['i1', { imageId: 'i1', partition: 'train', fold: 0 }]]),
  };
  const renamed = (text: string) => `new-${text}`;
  const same: DatasetState = {
    ...state,
    images: state.images.toReversed().map((one) => ({ ...one, id: renamed(one.id) })),
    classes: state.classes.map((one) => ({ ...one, id: renamed(one.id), color: 7 })),
    annotations: state.annotations.toReversed().map((one) => ({ ...one, id: renamed(one.id), imageId: renamed(one.imageId), classId: renamed(one.classId) })),
    assignments: new Map([['new-i1', { imageId: 'new-i1', partition: 'train', fold: 0 }]]),
  };
  const manifest = datasetManifest(state);
  assert.equal(datasetManifest(same), manifest);
  const others: DatasetState[] = [
    { ...state, annotations: state.annotations.slice(1) }, { ...state, classes: state.classes.toReversed() }, { ...state, images: state.images.slice(1) },
    { ...state, assignments: new Map() }, { ...state, assignments: new Map([['i1', { imageId: 'i1', partition: 'train', fold: 1 }]]) },
    { ...state, images: [{ ...state.images[0]!, excluded: true }, ...state.images.slice(1)] }, { ...state, images: [{ ...state.images[0]!, subject: 'T' }, ...state.images.slice(1)] },
  ];
  assert.equal(new Set([manifest, ...others.map(datasetManifest)]).size, others.length + 1);
});

test('a dataset version is kept once, as a blob that is the text it is the hash of', async () => {
  const project = await six();
  const state = datasetState(project.db, null);
  const first = await keepDataset(project, state, null);
  assert.deepEqual(await keepDataset(project, state, null), first);
  assert.equal(String(await project.blobs.get(first.hash)), datasetManifest(state));
  assert.equal(createHash('sha256').update(datasetManifest(state)).digest('hex'), first.hash);
  assert.deepEqual([first.images, first.labelled], [6, 2]);
  assert.ok(liveBlobs(project.db).has(first.hash));
});

test('the hash of the data as they are now follows every change that a version covers', async () => {
  const { db } = await six();
  const now = () => {
    const hash = currentDatasetHash(db);
    assert.equal(hash, datasetHash(datasetState(db, currentSplit(db)?.id ?? null)));
    return hash;
  };
  const seen = [now()];
  applyPatch(db, { id: 'p', title: '', changes: [{ of: 'annotation', id: 'l3', from: null, to: annotationRow('l3', 'i3', 'a') }] }, 'classification', null);
  seen.push(now());
  insertSplit(db, splitRow('s'), [{ imageId: 'i1', partition: 'train', fold: null }]);
  seen.push(now());
  intakeStore(db).write({ pictures: [imageRow('i7')], completions: [], duplicates: [], marks: [], reader: null });
  seen.push(now());
  intakeStore(db).write({ pictures: [], completions: [{ imageId: 'i7', subject: 'S9', site: null, declared: null }], duplicates: [], marks: [], reader: null });
  seen.push(now());
  // Several changes between two questions, of every kind.
  const edit = { subject: 'S2', site: null, status: 'unsure', excluded: false } as const;
  applyPatch(db, { id: 'q', title: '', changes: [{ of: 'annotation', id: 'l1', from: annotationRow('l1', 'i1', 'a'), to: null }, { of: 'image', id: 'i3', from: edit, to: { ...edit, excluded: true } }] }, 'classification', null);
  applyPatch(db, { id: 'r', title: '', changes: [{ of: 'annotation', id: 'l3', from: annotationRow('l3', 'i3', 'a'), to: annotationRow('l3', 'i3', 'b') }] }, 'classification', null);
  seen.push(now());
  applyPatch(db, { id: 's', title: '', changes: [{ of: 'class', id: 'b', from: classRow('b', 1, 'zebra'), to: classRow('b', 1, 'zebu') }] }, 'classification', null);
  seen.push(now());
  assert.equal(new Set(seen).size, 7);
});

const sha = (text: string) => createHash('sha256').update(text).digest('hex');

const origin: RunOrigin = {
  document: sha('document'), classIds: ['a', 'b'], parent: { weights: 'w', sha256: sha('parent'), license: 'MIT' },
  parentModel: { id: 'p', name: 'P', folder: '/elsewhere', project: 'Other', task: 'classification', classes: ['x'], dataset: sha('old'), delta: sha('parent delta') },
};

/** A run with its split and data in place. */
async function withRun(): Promise<Project> {
  const project = await six();
  insertSplit(project.db, splitRow('s'), []);
  const { hash } = await keepDataset(project, datasetState(project.db, 's'), 's');
  const options = { backbone: 'resnet18', weights: null, parent: null, crops: null, pretraining: null, strategy: 'lp-ft', values: { epochs: 3 }, engine: 'auto', precision: 'float32', threads: null, fold: null, seed: 1 } as const;
  insertRun(project.db, { id: 'r', options, createdAt: '2026-01-01T00:00:00.000Z', dataset: hash, splitId: 's', codeVersion: '0.1.0' }, origin);
  return project;
}

test('events of a run are numbered without gaps and come back after any number', async () => {
  const { db } = await withRun();
  for (let i = 1; i <= 5; i++) assert.equal(appendRunEvent(db, 'r', { type: 'warning', key: 'k', message: `${i}` }).sequence, i);
  assert.deepEqual(runEvents(db, 'r', 3).map(({ sequence }) => sequence), [4, 5]);
  assert.equal(runEvents(db, 'r').length, 5);
});

test('a run that its studio left behind becomes interrupted and knows its last checkpoint; older ones can be forgotten', async () => {
  const { db } = await withRun();
  updateRun(db, 'r', { status: 'running', startedAt: '2026-01-01T00:00:01.000Z' });
  appendRunEvent(db, 'r', { type: 'checkpoint', epoch: 1, blob: sha('one') });
  appendRunEvent(db, 'r', { type: 'checkpoint', epoch: 2, blob: sha('two') });
  interruptRuns(db, '2026-01-01T00:00:09.000Z');
  assert.equal(run(db, 'r').status, 'interrupted');
  assert.equal(lastCheckpoint(db, 'r'), sha('two'));
  assert.ok(liveBlobs(db).has(sha('two')));
  appendRunEvent(db, 'r', { type: 'progress', phase: 0, epoch: 1, done: 1, total: 2, what: 'steps', secondsLeft: null });
  assert.deepEqual(forgetCheckpoints(db, 'r', 1), [sha('one')]);
  assert.equal(lastCheckpoint(db, 'r'), sha('two'));
  assert.deepEqual(forgetCheckpoints(db, 'r', 0), [sha('two')]);
  forgetProgress(db, 'r');
  assert.deepEqual(runEvents(db, 'r'), []);
  assert.equal(liveBlobs(db).has(sha('two')), false);
  assert.ok(liveBlobs(db).has(sha('document')), 'the document of a run stays');
  assert.deepEqual(runOrigin(db, 'r'), origin);
});

test('jobs end once, keep their report, and are interrupted when their studio is gone', async () => {
  const { db } = await six();
  insertJob(db, { id: 'j1', kind: 'import', status: 'queued', subjectId: null });
  insertJob(db, { id: 'j2', kind: 'export', status: 'running', subjectId: 'm' });
  writeReport(db, 'j1', { imported: 3 });
  updateJob(db, 'j1', { status: 'failed', error: { code: 'refused', key: 'k', params: { n: 1 }, message: 'No.' } });
  interruptJobs(db, '2026-01-01T00:00:09.000Z');
  assert.deepEqual([job(db, 'j1').status, job(db, 'j1').error?.key, job(db, 'j2').status], ['failed', 'k', 'interrupted']);
  assert.deepEqual(report(db, 'j1'), { imported: 3 });
  assert.equal(report(db, 'j2'), null);
});

test('predictions keep every bit of their probabilities, of pictures and of parts of them; a second one replaces the first; looks are counted, evaluations kept', async () => {
  const { db } = await withRun();
  const record: ModelRecord = {
    id: 'm', runId: 'r', name: 'M', createdAt: '2026-01-01T00:00:00.000Z', backbone: 'resnet18', parent: null, parentModel: null, head: 'knn', classes: ['yak', 'zebra'],
    preprocessing: { size: [4, 4], channels: 3, cropShare: 1, interpolation: 'bicubic', mean: [0, 0, 0], std: [1, 1, 1] }, dataset: sha('data'), bytes: 3,
  };
  insertModel(db, { record, head: { kind: 'knn', blob: sha('features'), neighbours: 5 }, delta: sha('delta') });
  await fc.assert(fc.asyncProperty(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 5 }), async (probabilities) => {
    insertPredictions(db, 'm', [{ imageId: 'i1', probabilities, error: null }]);
    assert.deepEqual(predictionsOf(db, 'm').get('i1')?.probabilities, probabilities);
  }), { numRuns: 30 });
  const error = { code: 'unreadable', key: 'k', params: {}, message: 'No.' } as const;
  insertPredictions(db, 'm', [{ imageId: 'i1', probabilities: null, error }]);
  assert.deepEqual(predictionsOf(db, 'm').get('i1'), { imageId: 'i1', probabilities: null, error });
  const part = partId('i1', { left: 1, top: 0, width: 2, height: 3 });
  insertPredictions(db, 'm', [{ imageId: part, probabilities: [0.25, 0.75], error: null }]);
  assert.deepEqual([predictionsOf(db, 'm').get(part)?.probabilities, predictionsOf(db, 'm').get('i1')?.probabilities], [[0.25, 0.75], null]);
  for (const blob of ['features', 'delta', 'parent', 'parent delta']) assert.ok(liveBlobs(db).has(sha(blob)));
  assert.deepEqual([countLook(db, 'm', 's'), countLook(db, 'm', 's')], [1, 2]);

  const none = { value: null, low: null, high: null };
  const evaluation: EvaluationRecord = {
    id: 'e', modelId: 'm', partition: 'test', createdAt: '2026-01-01T00:00:00.000Z', selection: false, n: 2, subjects: 1, accuracy: { value: 0.5, low: 0.1, high: 0.9 }, balancedAccuracy: none, auc: none, logLoss: none,
    majority: { className: 'yak', accuracy: 0.5 }, perClass: [], confusion: [[1, 0], [1, 0]], classes: ['yak', 'zebra'], intervals: { method: 'bootstrap', unit: 'subject', replicates: 10, seed: 1, level: 0.95 }, look: 1, warnings: ['few'],
  };
  insertEvaluation(db, evaluation);
  assert.deepEqual([evaluations(db, null), evaluations(db, 'm'), evaluations(db, 'other')], [[evaluation], [evaluation], []]);
});
