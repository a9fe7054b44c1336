// A model for masks from its training to what is corrected next, with real job processes: what is measured is kept, shown as it was measured, and never shows a test picture unasked.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import type { Mask } from '#contract/geometry.ts';
import { SplitOptions } from '#contract/records.ts';
import type { EvaluationRecord } from '#contract/records.ts';
import { RunOptions } from '#contract/runs.ts';
import { MaskProposals } from '#contract/segmentation.ts';
import { annotationsOf, applyPatch, assignmentsOf, createProject, currentSplitId, evaluations, imageIds, intakeStore, liveBlobs, maskDoubtsOf, maskPredictionsOf, run } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { annotationRow, imageRow } from '../db/testing/rows.ts';
import { ImageFilter } from '#contract/overview.ts';
import { decode, encodePng } from '../images/index.ts';
import { area, encode, intersect, sameMask } from '../masks/index.ts';
import { stream } from '../random.ts';
import { corrections } from './corrections.ts';
import { startEvaluation } from './evaluate.ts';
import { keptProbabilities, maskComparisons } from './mask-comparisons.ts';
import { reportOf } from './report.ts';
import { startMaskProposals } from './segmentation-propose.ts';
import { splitProject } from './split.ts';
import { withRunner } from './testing/real-project.ts';
import { startRun } from './train.ts';
import { doubt, mostUncertainFirst, startUncertainty } from './uncertainty.ts';

const side = 48, labelled = 12, open = 4;
const is = (key: string) => (error: unknown) => error instanceof StudioError && error.key === key;
const dice = (a: Mask, b: Mask) => (area(a) + area(b) === 0 ? 1 : (2 * area(intersect(a, b))) / (area(a) + area(b)));
const idsOf = ({ db }: Project) => imageIds(db, ImageFilter.parse({}));
let scene: ReturnType<typeof withRunner>, modelId = '', project: Project;
const done = async (jobId: string) => { const { status, error } = await scene.ended(jobId); assert.equal(status, 'finished', error?.message); };

/** Bright discs on a dark, grainy ground; the last pictures have no masks. */
before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-discs-'));
  project = await createProject(join(folder, 'project'), { name: 'Discs', task: 'segmentation' });
  const rows = [], marks = [];
  for (let i = 0; i < labelled + open; i++) {
    const draw = stream(i, 'discs'), bits = new Uint8Array(side * side), data = new Uint8Array(side * side * 3);
    for (let disc = 0; disc < 3; disc++) {
      const x = 8 + draw.integer(3 * disc, 32), y = 8 + draw.integer(3 * disc + 1, 32), radius = 4 + draw.integer(3 * disc + 2, 5);
      bits.forEach((_, p) => { if (Math.hypot(p % side - x, Math.floor(p / side) - y) < radius) bits[p] = 1; });
    }
    data.forEach((_, k) => { data[k] = (bits[Math.floor(k / 3)] ? 190 : 60) + 30 * draw.uniform(100 + k); });
    rows.push(imageRow(`p${i}`, { path: `p${i}.png`, sha256: await project.blobs.put(await encodePng({ width: side, height: side, channels: 3, data })), subject: `S${Math.floor(i / 2)}`, width: side, height: side }));
    if (i < labelled) marks.push({ imageId: `p${i}`, className: 'disc', geometry: encode(bits, side, side) });
  }
  intakeStore(project.db).write({ pictures: rows, completions: [], duplicates: [], marks, reader: null });
  scene = withRunner(project, folder);
  splitProject(project, SplitOptions.parse({ validation: 0.25, test: 0.25 }));
  const { jobId, runId } = await startRun(scene.runner, project, RunOptions.parse({ backbone: 'cbr_tiny', weights: 'none', strategy: 'from-scratch', values: { epochs: 3, tile: 64, batchSize: 3, augmentation: 'none', learningRate: 0.005 } }));
  await done(jobId);
  modelId = run(project.db, runId).modelId!;
});
after(() => scene.remove());

const measure = async (partition: 'validation' | 'test'): Promise<EvaluationRecord> => {
  await done(startEvaluation(scene.runner, project, modelId, partition));
  return evaluations(project.db, modelId).at(-1)!;
};

test('a measured partition is shown as it was measured: masks, Dice and probabilities say the same', async () => {
  const { segmentation } = await measure('validation'), scores = segmentation!.perImage;
  const shown = await maskComparisons(project, modelId, scores.map(({ id }) => id));
  assert.equal(shown.length, scores.length);
  for (const [i, { imageId, reference, predicted, probabilities }] of shown.entries()) {
    assert.equal(imageId, scores[i]!.id);
    assert.ok(Math.abs(dice(reference[0]!, predicted[0]!) - scores[i]!.dice) < 1e-12); // rounding
    assert.ok(probabilities);
    const kept = await decode(await keptProbabilities(project, modelId, imageId));
    assert.deepEqual([kept.width, kept.height, kept.channels], [side, side, 1]);
    assert.ok(sameMask(encode(kept.data.map((value) => Number(value >= 128)), side, side), predicted[0]!), 'one half is where the likelier of two changes');
  }
  const half = segmentation!.perClass[0]!.thresholds.find(({ at }) => at === 0.5)!;
  assert.ok(Math.abs(half.dice.value! - segmentation!.dice.mean.value!) < 1e-12); // rounding
});

test('what was said is kept for good: measuring again asks the model nothing, and the blobs are not collected', async () => {
  const before = maskPredictionsOf(project.db, modelId), live = liveBlobs(project.db);
  for (const { labels, probabilities } of before.values()) assert.ok(live.has(labels!) && live.has(probabilities!));
  const [first] = before.keys(), [was] = annotationsOf(project.db, first!);
  const to = { ...was!, geometry: encode(new Uint8Array(side * side), side, side) };
  applyPatch(project.db, { id: 'wipe', title: 'wipe', changes: [{ of: 'annotation', id: was!.id, from: was!, to }] }, 'segmentation', null);
  const scores = (await measure('validation')).segmentation!.perImage.find(({ id }) => id === first);
  assert.equal(scores!.perClass[0]!.referenceArea, 0, 'the reference is the one of now');
  assert.deepEqual(maskPredictionsOf(project.db, modelId), before);
  applyPatch(project.db, { id: 'restore', title: 'restore', changes: [{ of: 'annotation', id: was!.id, from: to, to: was! }] }, 'segmentation', null);
});

test('nothing is known of a test picture before it is looked at, and the look is counted', async () => {
  const tested = [...assignmentsOf(project.db, currentSplitId(project.db)).values()].filter(({ partition }) => partition === 'test').map(({ imageId }) => imageId).filter((id) => annotationsOf(project.db, id).length > 0);
  assert.deepEqual(await maskComparisons(project, modelId, tested), []);
  await assert.rejects(keptProbabilities(project, modelId, tested[0]!), is('model.no-probabilities'));
  assert.equal((await measure('test')).look, 1);
  assert.equal((await maskComparisons(project, modelId, tested)).length, tested.length);
});

test('pictures without a mask come first, those that change most when they are mirrored before the others; the rest stay as they came', async () => {
  const all = idsOf(project);
  assert.deepEqual(mostUncertainFirst(project, all), all, 'nobody has asked yet');
  await done(startUncertainty(scene.runner, project, modelId));
  const doubts = maskDoubtsOf(project.db, modelId), assigned = assignmentsOf(project.db, currentSplitId(project.db));
  const expected = all.slice(labelled).filter((id) => assigned.get(id)?.partition !== 'test');
  assert.deepEqual([...doubts.keys()].toSorted(), expected.toSorted(), 'every open picture outside the test partition');
  const ordered = mostUncertainFirst(project, all), first = ordered.slice(0, expected.length);
  assert.deepEqual(first.toSorted(), expected.toSorted());
  first.forEach((id, i) => assert.ok(i === 0 || doubts.get(id)! <= doubts.get(first[i - 1]!)!));
  assert.deepEqual(ordered.slice(expected.length), all.filter((id) => !first.includes(id)));
});

test('of classes, those are least sure whose two likeliest are alike, or, where each stands for itself, whose likeliness is one half', () => {
  assert.deepEqual([doubt([1, 0, 0], false), doubt([0.5, 0.5, 0], false), doubt([0, 1], true), doubt([1, 0.5], true)], [0, 1, 0, 1]);
  // Least margin is not least confidence: the second is the surer one by its margin.
  assert.ok(doubt([0.5, 0.45, 0.05], false) > doubt([0.45, 0.28, 0.27], false));
});

test('a proposal that a person has been over is measured against what is left of it', async () => {
  assert.deepEqual(corrections(project).points, []);
  const [imageId] = maskDoubtsOf(project.db, modelId).keys();
  const jobId = startMaskProposals(scene.runner, project, modelId, [imageId!]);
  await done(jobId);
  assert.deepEqual(corrections(project).points, [], 'nobody has touched it');
  const [{ proposals } = { proposals: [] }] = reportOf(project, jobId, MaskProposals.array());
  const drawn = new Uint8Array(side * side);
  for (let i = 0; i < side * 20; i++) drawn[i] = 1;
  const corrected = encode(drawn, side, side), own = annotationsOf(project.db, 'p0')[0]!;
  applyPatch(project.db, { id: 'correct', title: 'correct', changes: [{ of: 'annotation', id: 'new', from: null, to: annotationRow('new', imageId!, own.classId, { geometry: corrected, source: 'accepted', modelId }) }] }, 'segmentation', null);
  const union = encode(Uint8Array.from({ length: side * side }, (_, i) => Number(proposals.some(({ mask }) => { let at = 0, inside = false; for (const length of mask.runs) { if (i < (at += length)) return inside; inside = !inside; } return false; }))), side, side);
  const { points, recent, before } = corrections(project);
  assert.equal(points.length, 1);
  assert.deepEqual([points[0]!.imageId, points[0]!.modelId], [imageId, modelId]);
  assert.ok(Math.abs(points[0]!.dice - dice(union, corrected)) < 1e-12); // rounding
  assert.deepEqual([points[0]!.running, recent.n, recent.dice.value, before], [points[0]!.dice, 1, points[0]!.dice, null]);
});
