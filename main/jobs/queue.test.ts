// One job computes at a time, files come in beside it, and whatever was asked for ends exactly once.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { createQueue } from './queue.ts';
import type { Control, Lane } from './queue.ts';

/** A queue whose pieces of work end when the test says so. */
function scene() {
  const log: string[] = [], faults: unknown[] = [];
  const queue = createQueue((error) => faults.push(error));
  const gates = new Map<string, { control: Control; end: () => void; fail: (error: unknown) => void }>();
  const add = (id: string, lane: Lane) => queue.add({
    id, lane,
    run(control) {
      log.push(`${id} starts`);
      return new Promise<void>((resolve, reject) => {
        gates.set(id, { control, end: resolve, fail: reject });
        control.kill.addEventListener('abort', () => resolve());
      });
    },
    skipped: () => log.push(`${id} skipped`),
  });
  return { queue, log, faults, gates, add };
}

test('jobs that compute wait for each other in order; files do not wait for them', async () => {
  const { queue, log, gates, add } = scene();
  add('train', 'compute');
  add('export', 'compute');
  add('import', 'files');
  await turn();
  assert.deepEqual(log, ['train starts', 'import starts']);
  gates.get('train')!.end();
  await queue.ended('train');
  await turn();
  assert.deepEqual(log, ['train starts', 'import starts', 'export starts']);
});

test('a stop reaches the one that runs, and one that waits never starts', async () => {
  const { queue, log, gates, add } = scene();
  add('a', 'compute');
  add('b', 'compute');
  queue.stop('b');
  queue.stop('a');
  assert.ok(gates.get('a')!.control.stop.aborted);
  gates.get('a')!.end();
  await queue.ended('a');
  await queue.ended('b');
  await turn();
  assert.deepEqual(log, ['a starts', 'b skipped']);
});

test('work that throws is reported and does not block the next', async () => {
  const { queue, log, faults, gates, add } = scene();
  add('a', 'compute');
  add('b', 'compute');
  gates.get('a')!.fail(new Error('broken'));
  await queue.ended('a');
  await turn();
  assert.deepEqual([log, faults.length], [['a starts', 'b starts'], 1]);
});

test('closing ends all, waits for it, and takes nothing more', async () => {
  const { queue, log, add } = scene();
  add('a', 'compute');
  add('b', 'compute');
  add('c', 'files');
  await queue.close();
  assert.deepEqual(log, ['a starts', 'c starts', 'b skipped']);
  assert.throws(() => add('d', 'compute'), (error) => error instanceof StudioError && error.code === 'cancelled');
});

test('stopping what is not there does nothing', async () => {
  const { queue } = scene();
  queue.stop('nothing');
  queue.kill('nothing');
  await queue.ended('nothing');
});
