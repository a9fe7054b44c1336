// However a job process ends, well, badly or not at all, there is one outcome and one sentence, and no process is left.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { processStart } from '../db/process-start.ts';
import type { JobProcess } from '../platform.ts';
import { supervise } from './supervisor.ts';
import type { JobNews, Patience, Supervised } from './supervisor.ts';
import { testPlatform, trainDocument } from './testing/platform.ts';

const cleanups: (() => void)[] = [];
after(() => cleanups.forEach((clean) => clean()));

interface Job extends Supervised { readonly news: JobNews[]; readonly child: () => JobProcess; readonly environment: () => Readonly<Record<string, string>> }

function start(behaviour: string, onNews: (news: JobNews) => void = () => {}, patience?: Patience): Job {
  const { platform, remove } = testPlatform(behaviour);
  cleanups.push(remove);
  const news: JobNews[] = [];
  let child: JobProcess | undefined, environment: Readonly<Record<string, string>> = {};
  const watched = { ...platform, startJob: (given: Readonly<Record<string, string>>) => (environment = given, child = platform.startJob(given)) };
  const job = supervise(watched, trainDocument(), (one) => { news.push(one); onNews(one); }, patience);
  return { ...job, news, child: () => child!, environment: () => environment };
}
const isGone = async (pid: number) => await processStart(pid) === null;
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;

test('a job that does its work is heard in order and leaves no process', async () => {
  const job = start('training');
  await job.ended;
  assert.deepEqual(job.news.map((one) => (one.type === 'event' ? one.body.type : one.type)), ['phase', 'progress', 'epoch', 'checkpoint', 'model', 'finished']);
  assert.ok(await isGone(job.child().pid!));
});

test('the threads of the document reach the environment that native libraries read', async () => {
  const job = start('training');
  await job.ended;
  assert.deepEqual(job.environment(), { TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '3', OMP_NUM_THREADS: '3' });
});

test('a crash is told with its exit code and the last words of the process', async () => {
  await assert.rejects(start('crashing').ended, (error) => is('engine', 'job.crashed')(error) && error instanceof StudioError && error.params['how'] === 'exit code 3' && /not enough tensors/.test(error.message));
});

test('a process that was ended by a signal is told with it', async () => {
  await assert.rejects(start('aborting').ended, (error) => is('engine', 'job.crashed')(error) && error instanceof StudioError && /SIGABRT|134/.test(String(error.params['how'])));
  const killed = start('deaf');
  setTimeout(() => killed.child().kill(), 300);
  await assert.rejects(killed.ended, (error) => is('engine', 'job.crashed')(error) && error instanceof StudioError && error.params['how'] === 'signal SIGKILL' && /memory/.test(error.message));
});

test('a failure that the job reports is the error that it reported', async () => {
  await assert.rejects(start('failing').ended, (error) => is('engine', 'test')(error) && error instanceof StudioError && error.message === 'The engine is on strike.' && error.params['n'] === 1);
});

test('a process that never speaks is ended after a while', async () => {
  const job = start('silent', undefined, { start: 700, end: 700 });
  await assert.rejects(job.ended, is('engine', 'job.silent'));
  assert.ok(await isGone(job.child().pid!));
});

test('a process that has said its last word and stays is ended, and its work counts', async () => {
  const job = start('lingering', undefined, { start: 60_000, end: 300 });
  await job.ended;
  assert.ok(await isGone(job.child().pid!));
});

test('another protocol, a word out of turn, or one that is no word of the protocol ends the job', async (t) => {
  for (const behaviour of ['old', 'hasty', 'babbling']) {
    await t.test(behaviour, async () => {
      const job = start(behaviour);
      await assert.rejects(job.ended, is('internal', 'job.protocol'));
      assert.ok(await isGone(job.child().pid!));
    });
  }
});

test('asked to stop, a job ends by itself, also when it is asked before it has started', async () => {
  const early = start('stoppable');
  early.stop();
  await early.ended;
  const late = start('stoppable');
  setTimeout(late.stop, 500);
  await late.ended;
});

test('a job that does not listen can be ended at once', async () => {
  const job = start('deaf');
  setTimeout(() => { job.stop(); job.kill(); }, 300);
  await assert.rejects(job.ended, is('cancelled', 'job.killed'));
  assert.ok(await isGone(job.child().pid!));
});

test('news that cannot be stored end the job with the reason', async () => {
  const full = new StudioError('storage', 'storage.full', {}, 'The disk is full.');
  const job = start('training', (news) => { if (news.type === 'event' && news.body.type === 'epoch') throw full; });
  await assert.rejects(job.ended, full);
  assert.ok(await isGone(job.child().pid!));
});

test('a job process ends when its parent is killed', async () => {
  const home = mkdtempSync(join(tmpdir(), 'fovea-home-'));
  cleanups.push(() => rmSync(home, { recursive: true, force: true }));
  const parent = fork(new URL('./testing/parent.ts', import.meta.url), [home], { execArgv: [] });
  const [ready] = await once(parent, 'message') as [{ type: string; pid: number }];
  assert.equal(ready.type, 'ready');
  assert.equal(await isGone(ready.pid), false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let waited = 0; waited < 100 && !await isGone(ready.pid); waited++) await delay(100);
  assert.ok(await isGone(ready.pid));
});

test('what a job process printed before it failed is in the log', async () => {
  const { platform, home, remove } = testPlatform('crashing');
  cleanups.push(remove);
  await assert.rejects(supervise(platform, trainDocument(), () => {}).ended);
  assert.match(readFileSync(join(home, 'logs', 'fovea.log'), 'utf8'), /not enough tensors/);
});
