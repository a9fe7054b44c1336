import { deepEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineRecord } from '#contract/engines.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import { readCheckpoint, requireSameEngine, writeCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';

const document = { runId: 'r', dataset: 'd', backbone: 'resnet18', weights: { base: '/a', baseSha256: 'b', delta: null }, strategy: 'lp-ft', values: { epochs: 3 }, seed: 2 } as unknown as TrainDocument; // only what a checkpoint looks at
const tensor = (...numbers: number[]) => ({ shape: [numbers.length], data: Float32Array.from(numbers) });
const checkpoint: Checkpoint = {
  phase: 1, epochsInPhase: 2, epoch: 3, sinceBetter: 1, steps: 48, best: { epoch: 2, validation: { loss: 0.1 + 0.2, accuracy: 0.9 } }, head: { kind: 'knn', blob: 'x', neighbours: 5 }, seconds: 12.5,
  values: new Map([['fc.weight', tensor(0.1, -0)], ['bn.running_var', tensor(1e-38)]]),
  slots: new Map([['fc.weight/momentum', tensor(3, 4)]]),
  bestValues: new Map([['fc.weight', tensor(7, 8)]]),
};

test('a checkpoint comes back bit for bit', () => {
  const read = readCheckpoint(writeCheckpoint(checkpoint, document), document);
  const sorted = (found: Checkpoint) => ({ ...found, values: new Map([...found.values].sort()), slots: found.slots, bestValues: found.bestValues });
  deepEqual(sorted(read), sorted(checkpoint));
});

test('a checkpoint of another run, seed or strategy is refused by name', () => {
  const bytes = writeCheckpoint(checkpoint, document);
  throws(() => readCheckpoint(bytes, { ...document, seed: 3, values: { epochs: 4 } }), { code: 'conflict', params: { different: 'values, seed' } });
  throws(() => readCheckpoint(bytes, { ...document, runId: 's' }), { code: 'conflict' });
});

test('a file that is no checkpoint is refused', () => {
  const bytes = writeCheckpoint(checkpoint, document);
  throws(() => readCheckpoint(bytes.subarray(0, 100), document), { code: 'unreadable' });
  throws(() => readCheckpoint(Buffer.from(Buffer.from(bytes).toString('latin1').replace('fovea checkpoint 1', 'fovea checkpoint 2'), 'latin1'), document), { key: 'checkpoint.unreadable' });
});

test('another engine, version or thread count is refused with what differs', () => {
  const record: EngineRecord = { id: 'tensorflow', device: 'cpu', version: '2.18.1', pack: 'p', precision: 'float32', threads: 2, processor: 'x', reason: null };
  requireSameEngine(record, { ...record, reason: 'another reason' });
  throws(() => requireSameEngine(record, { ...record, threads: 4, id: 'wasm' }), { code: 'engine', message: /id tensorflow then, wasm now; threads 2 then, 4 now/ });
});
