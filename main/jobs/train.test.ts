// A run from its start to its end: what it is told, what is stored, and what is left when it ends badly. Job processes play their parts; one test below each end.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import { TrainDocument } from '#contract/jobs.ts';
import { Pretraining } from '#contract/pretraining.ts';
import { SplitOptions } from '#contract/records.ts';
import { RunOptions } from '#contract/runs.ts';
import type { JobRecord } from '#contract/records.ts';
import { applyPatch, currentSplit, liveBlobs, model, models, run, runEvents, runOrigin, runs } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { annotationRow, classRow, imageRow, projectWith } from '../db/testing/rows.ts';
import { createJobRunner } from './runner.ts';
import type { JobRunner } from './runner.ts';
import { splitProject } from './split.ts';
import { testPlatform } from './testing/platform.ts';
import { planRun, resumeRun, startRun } from './train.ts';

const cleanups: (() => void | Promise<void>)[] = [];
after(async () => { for (const clean of cleanups.reverse()) await clean(); });

interface Scene { readonly project: Project; readonly runner: JobRunner; readonly pushes: Push[]; ended(jobId: string): Promise<JobRecord> }

/** A project with 40 labelled pictures of 20 subjects in two classes, and jobs that behave as they are told. */
async function scene(behaviour: string, pictures = 40): Promise<Scene> {
  const { platform, remove: removeHome } = testPlatform(behaviour);
  const images = Array.from({ length: pictures }, (_, i) => imageRow(`p${i}`, { subject: `S${Math.floor(i / 2)}` }));
  const { project, remove } = await projectWith(images);
  const pushes: Push[] = [], emitter = new EventEmitter();
  const runner = createJobRunner(platform, (push) => {
    if (push.type === 'run.event') assert.ok(runEvents(project.db, push.runId).some(({ sequence }) => sequence === push.event.sequence), 'an event is stored before it is told');
    pushes.push(push);
    emitter.emit('push');
  });
  cleanups.push(removeHome, remove, () => runner.close());
  applyPatch(project.db, {
    id: 'labels', title: 'labels', changes: [
      { of: 'class', id: 'cat', from: null, to: classRow('cat', 0) }, { of: 'class', id: 'dog', from: null, to: classRow('dog', 1) },
      ...images.map(({ id }, i) => ({ of: 'annotation' as const, id: `a${i}`, from: null, to: annotationRow(`a${i}`, id, Math.floor(i / 2) % 2 === 0 ? 'cat' : 'dog') })),
    ],
  }, 'classification', null);
  return {
    project, runner, pushes,
    async ended(jobId) {
      const last = () => pushes.findLast((push) => push.type === 'job.changed' && push.job.id === jobId && !['queued', 'running'].includes(push.job.status));
      while (!last()) await once(emitter, 'push');
      const push = last();
      return push?.type === 'job.changed' ? push.job : assert.fail();
    },
  };
}
const options = RunOptions.parse({ backbone: 'resnet18', weights: 'none', strategy: 'from-scratch', seed: 5 });
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;
const document = async ({ blobs, db }: Project, runId: string) => TrainDocument.omit({ jobId: true }).parse(JSON.parse(String(await blobs.get(runOrigin(db, runId).document))));

test('a run without a split makes one and says so, keeps its data and its document, and ends with a model', async () => {
  const { project, runner, pushes, ended } = await scene('training');
  const { db } = project;
  const { runId, jobId } = await startRun(runner, project, options);
  assert.equal((await ended(jobId)).status, 'finished');
  const finished = run(db, runId);
  assert.deepEqual([finished.status, finished.seconds, finished.best, finished.codeVersion], ['finished', 2, { epoch: 1, loss: 0.5, accuracy: 0.75 }, runner.platform.version]);
  assert.equal(finished.splitId, currentSplit(db)?.id);
  assert.ok(liveBlobs(db).has(finished.dataset) && project.blobs.has(finished.dataset));

  const events = runEvents(db, runId).map(({ body }) => body);
  assert.deepEqual(events.map(({ type }) => type), ['warning', 'phase', 'epoch', 'finished'], 'progress and checkpoints are forgotten');
  assert.match(events[0]?.type === 'warning' ? events[0].message : '', /^There was no split, so one was made: \d+ training/);
  const [made] = models(db);
  assert.deepEqual([made?.id, made?.runId, made?.classes, made?.dataset], [finished.modelId, runId, ['cat', 'dog'], finished.dataset]);
  const last = events.at(-1);
  assert.equal(last?.type === 'finished' ? last.modelId : null, finished.modelId, 'the job does not know the id that its model gets');
  assert.equal(model(db, finished.modelId!).delta, 'd'.repeat(64));
  assert.deepEqual(pushes.filter((push) => push.type === 'run.changed').map((push) => (push.type === 'run.changed' ? push.run.status : '')), ['queued', 'running', 'running', 'finished']);
});

test('the document holds training and validation pictures only, parted by subject, in an order that does not hang on ids', async () => {
  const { project, runner, ended } = await scene('training');
  const split = splitProject(project, SplitOptions.parse({ seed: 3 }));
  const { runId, jobId } = await startRun(runner, project, options);
  const { images, classes, dataset, seed } = await document(project, runId);
  assert.deepEqual([classes, seed, dataset], [['cat', 'dog'], 5, run(project.db, runId).dataset]);
  assert.equal(images.length, split.counts.train + split.counts.validation);
  assert.ok(split.counts.test > 0 && !images.some(({ partition }) => partition === 'test'));
  const shas = images.map(({ source }) => ('blob' in source ? source.blob : ''));
  assert.deepEqual(shas, shas.toSorted());
  const sides = Map.groupBy(images, ({ group }) => group);
  for (const members of sides.values()) assert.equal(new Set(members.map(({ partition }) => partition)).size, 1);
  await ended(jobId);
});

test('pretrained weights come to lie in the project, so that it can be taken to another machine', async (t) => {
  const { project, runner, ended } = await scene('training');
  const { runId, jobId } = await startRun(runner, project, RunOptions.parse({ strategy: 'feature-extraction' })).catch((error: unknown) => {
    if (is('not-found', 'weights.not-here')(error)) t.skip('the embedded weights are not in this clone');
    throw error;
  });
  const { weights } = await document(project, runId);
  assert.equal(weights.base, project.blobs.path(weights.baseSha256!));
  assert.equal(createHash('sha256').update(readFileSync(weights.base!)).digest('hex'), weights.baseSha256);
  await ended(jobId);
  const { record: { parent } } = model(project.db, run(project.db, runId).modelId!);
  assert.equal(parent?.sha256, weights.baseSha256);
  assert.ok(liveBlobs(project.db).has(weights.baseSha256!));
});

test('what cannot work is refused with a sentence, before anything is stored', async () => {
  const { project, runner } = await scene('training');
  const refused = (changes: Partial<RunOptions>, code: string, key: string) => assert.rejects(startRun(runner, project, { ...options, ...changes }), is(code, key), key);
  await refused({ backbone: 'nonesuch' }, 'not-found', 'network.unknown');
  await refused({ strategy: 'nonesuch' }, 'not-found', 'strategy.unknown');
  await refused({ fold: 2 }, 'refused', 'run.no-fold');
  await refused({ weights: 'nonesuch' }, 'not-found', 'weights.unknown');
  await refused({ weights: '/no/such/file.safetensors' }, 'not-found', 'weights.no-file');
  for (let i = 0; i < 40; i++) {
    if (Math.floor(i / 2) % 2 === 1) applyPatch(project.db, { id: `relabel-${i}`, title: '', changes: [{ of: 'annotation', id: `a${i}`, from: annotationRow(`a${i}`, `p${i}`, 'dog'), to: annotationRow(`a${i}`, `p${i}`, 'cat') }] }, 'classification', null);
  }
  await refused({}, 'refused', 'plan.one-class');
  const empty = await scene('training', 0);
  await assert.rejects(startRun(empty.runner, empty.project, options), is('refused', 'split.no-pictures'));
  assert.deepEqual(runs(project.db), []);
  assert.equal(currentSplit(project.db), null);
});

test('a plan says what a run would do and stores nothing', async () => {
  const { project, runner } = await scene('training');
  const plan = await planRun(runner, project, options);
  assert.ok(plan.counts.train > plan.counts.validation && plan.counts.validation > 0);
  assert.match(plan.warnings[0] ?? '', /There was no split/);
  assert.deepEqual([currentSplit(project.db), runs(project.db)], [null, []]);
});

test('a plan counts the pictures that are looked at first: with and without a class, none of the test partition', async () => {
  const { project, runner } = await scene('training');
  // The subjects S0 and S1 lose their classes.
  applyPatch(project.db, { id: 'unlabel', title: '', changes: [0, 1, 2, 3].map((i) => ({ of: 'annotation', id: `a${i}`, from: annotationRow(`a${i}`, `p${i}`, i < 2 ? 'cat' : 'dog'), to: null })) }, 'classification', null);
  const { counts: { train, validation, test: held } } = splitProject(project, SplitOptions.parse({}));
  const { counts } = await planRun(runner, project, { ...options, pretraining: Pretraining.parse({}) });
  assert.deepEqual([train + validation + held, held > 0, counts.pretraining], [40, true, 40 - held]);
  assert.ok(counts.train + counts.validation < 40 - held, 'those without a class are among them');
  assert.equal((await planRun(runner, project, options)).counts.pretraining, undefined);
});

test('a crash fails the run with its reason, as an event too, and the next run starts', async () => {
  const { project, runner, ended } = await scene('crashing');
  const { runId, jobId } = await startRun(runner, project, options);
  const job = await ended(jobId);
  assert.deepEqual([job.status, job.error?.key], ['failed', 'job.crashed']);
  assert.deepEqual([run(project.db, runId).status, run(project.db, runId).error?.key], ['failed', 'job.crashed']);
  assert.equal(runEvents(project.db, runId).at(-1)?.body.type, 'failed');
  assert.deepEqual(models(project.db), []);
  const next = await startRun(runner, project, options);
  assert.equal((await ended(next.jobId)).status, 'failed');
});

test('a process that dies after it has handed over its model has done its work', async () => {
  const { project, runner, ended } = await scene('dying-after-model');
  const { runId, jobId } = await startRun(runner, project, options);
  assert.equal((await ended(jobId)).status, 'finished');
  assert.notEqual(run(project.db, runId).modelId, null);
});

test('a killed run is interrupted and can be resumed from its checkpoint, on its own data', async () => {
  const { project, runner, pushes, ended } = await scene('checkpointing');
  const { db } = project;
  const { runId, jobId } = await startRun(runner, project, options);
  while (!pushes.some((push) => push.type === 'run.event' && push.event.body.type === 'checkpoint')) await delay(20);
  await assert.rejects(resumeRun(runner, project, runId), is('conflict', 'run.under-way'));
  runner.kill(project, jobId);
  assert.equal((await ended(jobId)).status, 'interrupted');
  assert.equal(run(db, runId).status, 'interrupted');

  const { platform, remove } = testPlatform('training');
  cleanups.push(remove);
  const other = createJobRunner(platform, runner.publish);
  let resumed: TrainDocument | undefined;
  const watching: JobRunner = { ...other, platform: { ...other.platform, startJob(environment) { const child = other.platform.startJob(environment); return { ...child, send(command) { const { document: sent } = command as { document?: TrainDocument }; resumed ??= sent; child.send(command); } }; } } };
  const again = await resumeRun(watching, project, runId);
  assert.equal((await ended(again.jobId)).status, 'finished');
  assert.equal(resumed?.resume, 'c'.repeat(64));
  assert.equal(resumed?.dataset, run(db, runId).dataset);
  assert.deepEqual([run(db, runId).status, run(db, runId).error], ['finished', null]);
  await assert.rejects(resumeRun(runner, project, runId), is('refused', 'run.done'));
  await other.close();
});

test('a run that was stopped while it waited can be resumed, and one that had nothing yet ends without a model', async () => {
  const { project, runner, ended } = await scene('stoppable');
  const first = await startRun(runner, project, options);
  const second = await startRun(runner, project, options);
  runner.stop(project, second.jobId);
  assert.equal((await ended(second.jobId)).status, 'stopped');
  assert.equal(run(project.db, second.runId).status, 'interrupted');
  runner.stop(project, first.jobId);
  assert.equal((await ended(first.jobId)).status, 'stopped');
  assert.deepEqual([run(project.db, first.runId).status, run(project.db, first.runId).modelId], ['stopped', null]);
});

test('closing ends what runs, and what it leaves behind can be resumed', async () => {
  const { project, runner } = await scene('deaf');
  const { runId } = await startRun(runner, project, options);
  await delay(300);
  await runner.close();
  assert.equal(run(project.db, runId).status, 'interrupted');
});
