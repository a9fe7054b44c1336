// Ranking, comparing and adapting with real job processes on real pictures: what is kept, what goes on after a stop, and what never looks at labels.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { ComparisonOptions } from '#contract/comparison.ts';
import { RankingOptions } from '#contract/ranking.ts';
import { SplitOptions } from '#contract/records.ts';
import { RunOptions } from '#contract/runs.ts';
import { AdaptationOptions, AdaptationRecord } from '#contract/sites.ts';
import { applyPatch, assignmentsOf, classes, annotations, currentSplitId, images, liveBlobs, model, run, unitsOf } from '../db/index.ts';
import { startAdaptation } from './adapt.ts';
import { allComparisons, oneComparison, resumeComparison, startComparison } from './compare.ts';
import { lastRanking, startRanking } from './rank.ts';
import { reportOf } from './report.ts';
import { lastSiteDistances, startSiteMeasure } from './sites.ts';
import { splitProject } from './split.ts';
import { realProject } from './testing/real-project.ts';
import { startRun } from './train.ts';

const { project, runner, on, ended, remove } = await realProject(32);
after(remove);
const { db } = project;
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;

// Subjects take turns in being of site A and of site B.
const subjects = [...new Set(images(db).map(({ subject }) => subject))].sort();
applyPatch(db, {
  id: 'sites', title: 'sites', changes: images(db).map(({ id, subject, site, status, excluded }) => {
    const from = { subject, site, status, excluded };
    return { of: 'image' as const, id, from, to: { ...from, site: subjects.indexOf(subject) % 2 === 0 ? 'A' : 'B' } };
  }),
}, 'classification', null);
splitProject(project, SplitOptions.parse({ validation: 0.25, test: 0.25 }));
const outsideTest = [...assignmentsOf(db, currentSplitId(db)).values()].filter(({ partition }) => partition !== 'test').map(({ imageId }) => imageId);

test('a ranking scores pretrained features above random ones, on pictures outside the test partition alone', async () => {
  assert.equal(lastRanking(project), null);
  const options = RankingOptions.parse({ backbones: [{ backbone: 'cbr_tiny', weights: 'none' }, { backbone: 'tf_efficientnet_lite0' }], folds: 3 });
  const job = await ended(await startRanking(runner, project, options));
  assert.equal(job.status, 'finished', job.error?.message);
  const { backbones, n, majority } = lastRanking(project)!;
  assert.equal(n, outsideTest.length);
  assert.equal(majority, 0.5);
  const [first, second] = [backbones.find(({ weights }) => weights !== 'none')!, backbones.find(({ weights }) => weights === 'none')!];
  assert.ok(first.probe.value! >= 0.9, 'red and blue are easy to tell');
  // The pretrained weights bring their classifier of 1000 classes along, random ones have none.
  assert.ok(first.leep! <= 0 && first.nce! <= 0 && first.logme !== null && first.hScore !== null);
  assert.deepEqual([second.leep, second.nce, second.problem], [null, null, null]);
});

test('what cannot be ranked or compared is refused before anything is started', async () => {
  await assert.rejects(startRanking(runner, project, RankingOptions.parse({ backbones: [{ backbone: 'resnet18' }] })), is('not-found', 'weights.not-here'));
  await assert.rejects(startComparison(runner, project, ComparisonOptions.parse({ strategies: ['knn', 'knn'] })), is('invalid', 'comparison.twice'));
  await assert.rejects(startComparison(runner, project, ComparisonOptions.parse({ folds: 20 })), is('refused', 'split.folds'));
  assert.deepEqual(allComparisons(project), []);
});

test('a comparison that is stopped keeps the arms that are done, goes on from there, and leaves no models behind', async () => {
  const options = ComparisonOptions.parse({ strategies: ['knn'], folds: 2, minutes: 10 });
  const { comparisonId, jobId } = await startComparison(runner, project, options);
  let stopped = false;
  on((push) => {
    if (push.type !== 'comparison.changed' || push.comparison.unitsDone < 5 || stopped) return;
    stopped = true;
    runner.stop(project, jobId);
  });
  assert.equal((await ended(jobId)).status, 'stopped');
  const before = oneComparison(project, comparisonId), kept = unitsOf(db, comparisonId);
  assert.equal(before.status, 'stopped');
  assert.ok(before.unitsDone >= 5 && before.unitsDone < before.units);
  assert.deepEqual(before.arms.find(({ arm }) => arm.id === 'histogram')?.status, 'done');

  // On a busy machine the time may be over before all is done: then it goes on once more.
  for (let round = 0; round < 20 && oneComparison(project, comparisonId).unitsDone < before.units; round++) {
    const resumed = await resumeComparison(runner, project, comparisonId, 0.3);
    assert.ok(['finished', 'stopped'].includes((await ended(resumed.jobId)).status));
  }
  assert.equal(oneComparison(project, comparisonId).status, 'finished');
  const done = oneComparison(project, comparisonId);
  assert.equal(done.unitsDone, done.units);
  for (const unit of kept) assert.deepEqual(unitsOf(db, comparisonId).find(({ arm, fold, seed }) => arm === unit.arm && fold === unit.fold && seed === unit.seed), unit, 'nothing is done twice');
  assert.deepEqual(new Set(done.arms.map(({ arm }) => arm.control)), new Set([null, 'histogram', 'random-features', 'from-scratch', 'majority']));
  const knn = done.arms.find(({ arm }) => arm.strategy === 'knn')!, histogram = done.arms.find(({ arm }) => arm.control === 'histogram')!;
  assert.ok(knn.accuracy.value! >= 0.9);
  // Colour alone tells red from blue: transfer is no better here, and the verdict begins with that.
  assert.ok(histogram.accuracy.value! >= 0.9);
  assert.ok(done.verdict!.negative.includes('histogram'));
  assert.match(done.verdict!.sentences[0]!, /^Transfer is not better beyond doubt|^Negative transfer/);
  const predicted = new Set(unitsOf(db, comparisonId).flatMap(({ predictions }) => predictions.map(({ image }) => image)));
  assert.deepEqual([...predicted].sort(), [...outsideTest].sort(), 'every picture outside test was held out once, no other was seen');
  assert.equal(await project.blobs.collect(liveBlobs(db)), 0, 'nothing lies in the project that no row names');
  await assert.rejects(resumeComparison(runner, project, comparisonId, 1), is('refused', 'comparison.done'));
});

test('a model is adapted to a site without its labels: with all of them changed it is bit for bit the same', async () => {
  const started = await startRun(runner, project, RunOptions.parse({ strategy: 'feature-extraction' }));
  assert.equal((await ended(started.jobId)).status, 'finished');
  const modelId = run(db, started.runId).modelId!;
  const adapted = async () => {
    const jobId = startAdaptation(runner, project, AdaptationOptions.parse({ modelId, site: 'B', method: 'adabn' }));
    const job = await ended(jobId);
    assert.equal(job.status, 'finished', job.error?.message);
    return reportOf(project, jobId, AdaptationRecord);
  };
  const first = await adapted();
  const ofB = images(db).filter(({ site }) => site === 'B'), there = new Set(ofB.map(({ id }) => id));
  assert.equal(first.pictures, ofB.filter(({ id }) => outsideTest.includes(id)).length);
  assert.ok(first.target !== null && first.target.n > 0 && first.distance !== null);
  const [blue, red] = classes(db);
  applyPatch(db, {
    id: 'turned', title: 'turned', changes: annotations(db).filter(({ imageId }) => there.has(imageId)).map((from) => ({ of: 'annotation' as const, id: from.id, from, to: { ...from, classId: from.classId === blue!.id ? red!.id : blue!.id } })),
  }, 'classification', null);
  const second = await adapted();
  assert.equal(model(db, second.modelId).delta, model(db, first.modelId).delta);
  // The labels did change: they tell how well it went, and nothing else.
  assert.notEqual(second.target!.before.value, first.target!.before.value);
  assert.notEqual(model(db, first.modelId).delta, model(db, modelId).delta);
  assert.throws(() => startAdaptation(runner, project, AdaptationOptions.parse({ modelId, site: 'C' })), is('refused', 'adapt.no-pictures'));

  assert.equal(lastSiteDistances(project, modelId), null);
  const measured = await ended(startSiteMeasure(runner, project, modelId));
  assert.equal(measured.status, 'finished', measured.error?.message);
  assert.deepEqual(lastSiteDistances(project, modelId)!.sites.map(({ site }) => site).sort(), ['A', 'B']);
});
