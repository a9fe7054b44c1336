// A run whose process is killed and resumed ends with the very weights of one that was left alone; a stop keeps the best.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RunOptions } from '#contract/runs.ts';
import { model, run, runEvents } from '../db/index.ts';
import { realProject } from './testing/real-project.ts';
import { resumeRun, startRun } from './train.ts';

const { project, runner, on, ended, remove } = await realProject(40);
after(remove);
const { db } = project;
const options = RunOptions.parse({ strategy: 'lp-ft', values: { epochs: 3 }, threads: 1 });
/** What to do when a run has told so many checkpoints. */
let atCheckpoint: { readonly runId: string; left: number; readonly act: () => void } | undefined;
on((push) => {
  if (push.type === 'run.event' && push.event.body.type === 'checkpoint' && push.runId === atCheckpoint?.runId && --atCheckpoint.left === 0) atCheckpoint.act();
});
const weightsOf = (runId: string) => model(db, run(db, runId).modelId ?? '').delta;

test('a killed run that is resumed has bit for bit the weights of an uninterrupted one, and no epoch twice', async (t) => {
  const whole = await startRun(runner, project, options);
  assert.equal((await ended(whole.jobId)).status, 'finished');
  const killed = await startRun(runner, project, options);
  atCheckpoint = { runId: killed.runId, left: 2, act: () => runner.kill(project, killed.jobId) };
  assert.equal((await ended(killed.jobId)).status, 'interrupted');
  const resumed = await resumeRun(runner, project, killed.runId);
  const job = await ended(resumed.jobId);
  assert.equal(job.status, 'finished', job.error?.message);
  assert.equal(weightsOf(killed.runId), weightsOf(whole.runId));
  const epochs = (runId: string) => runEvents(db, runId).flatMap(({ body }) => (body.type === 'epoch' ? [[body.epoch, body.train, body.validation]] : []));
  assert.deepEqual(epochs(killed.runId), epochs(whole.runId));
  t.diagnostic(`engine ${run(db, whole.runId).engine?.id}, ${epochs(whole.runId).length} epochs`);
});

test('a run that is asked to stop ends with a model of what it had', async () => {
  const { runId, jobId } = await startRun(runner, project, options);
  atCheckpoint = { runId, left: 2, act: () => runner.stop(project, jobId) };
  assert.equal((await ended(jobId)).status, 'stopped');
  assert.equal(run(db, runId).status, 'stopped');
  assert.ok(project.blobs.has(weightsOf(runId)));
});
