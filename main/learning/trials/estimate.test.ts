// What a run will take follows from the costs of its steps, counted the way the run counts them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasuredCosts } from '#contract/estimate.ts';
import { costKey, estimateRun } from './estimate.ts';

const images = Array.from({ length: 100 }, (_, i) => ({ id: `i${i}`, source: { file: `${i}.png` }, partition: i < 70 ? 'train' as const : i < 90 ? 'validation' as const : null, targets: [i % 2], group: `g${i}` }));
type Request = Parameters<typeof estimateRun>[0];
const request = (strategy: string, values: Request['values'] = {}): Request => ({
  strategy, values, backbone: 'tf_efficientnet_lite0', task: 'classification', classes: ['benign', 'malignant'], images, engine: 'auto', precision: 'float32', threads: 2,
  weights: { base: 'weights.safetensors', baseSha256: null, delta: null },
  preprocessing: { size: [224, 224], channels: 3, cropShare: 0.875, interpolation: 'bicubic', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
});
const nothing = { start: 0, step: 0, validation: 0, end: 0 };
const costs = (...phases: MeasuredCosts['phases']): MeasuredCosts => ({ open: 2, prepare: 0.25, phases, memory: 1000 });
/** Differences of sums of decimal fractions. */
const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test('each epoch is so many steps, a look at every validation picture, and its end; each phase starts once', () => {
  // 70 pictures in batches of 16 are 5 steps; all stages are trained, so pictures are only read beforehand.
  const { seconds, memory } = estimateRun(request('fine-tune', { epochs: 3, batchSize: 16 }), costs({ start: 4, step: 0.5, validation: 0.1, end: 0.2 }));
  close(seconds, 2 + 90 * 0.25 + 4 + 3 * (5 * 0.5 + 20 * 0.1 + 0.2));
  assert.equal(memory, 1000);
});

test('frozen stages run once per picture and view, and what is kept of them adds to the memory', () => {
  // Pooled features are 1280 numbers of 4 bytes.
  const { seconds, memory } = estimateRun(request('feature-extraction'), costs(nothing));
  close(seconds, 2 + 90 * 0.25);
  assert.equal(memory, 1000 + 90 * 1280 * 4);
});

test('runs that differ only in their length cost the same per step; any other difference has to be measured', () => {
  const key = costKey(request('fine-tune', { epochs: 3 }));
  assert.equal(costKey(request('fine-tune', { epochs: 30, patience: 2 })), key);
  const others = [request('fine-tune', { epochs: 3, batchSize: 8 }), request('lp-ft', { epochs: 3 }), { ...request('fine-tune'), threads: 1 }, { ...request('fine-tune'), engine: 'wasm' as const }, { ...request('fine-tune'), backbone: 'resnet18' }, { ...request('fine-tune'), classes: ['a', 'b', 'c'] }];
  assert.equal(new Set([key, ...others.map(costKey)]).size, 7);
});
