import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { openEngine } from '../../engines/index.ts';
import { preset } from '../augment/index.ts';
import { openBatches } from '../batches/batches.ts';
import { openFeatureCache } from './feature-cache.ts';
import { frozenOutputs } from './features.ts';
import type { FrozenOptions } from './features.ts';
import { baseValues, startValues } from '../model.ts';
import { networkOf } from '../plan.ts';
import { testProject, trainDocument } from '../testing/project.ts';

const quiet = { tell: () => undefined, stopRequested: () => false };

async function setUp(t: TestContext) {
  const project = await testProject(t, { training: 5, validation: 0 });
  const document = await trainDocument(project);
  const network = networkOf(document);
  const values = startValues(await baseValues(document.weights, network), network, 1, 'zero');
  const opened = await openEngine({ engine: 'onnx', purpose: 'infer', home: document.home, threads: 1, precision: 'float32' });
  const pictures = project.images.map(({ source }) => ({ source, key: 'blob' in source ? source.blob : '' }));
  const augmentation = preset('microscopy');
  const reader = openBatches({ pictures, blobs: project.blobs.folder, preprocessing: document.preprocessing, augmentation, seed: 1, keep: false, workers: 1 });
  t.after(async () => {
    await reader.close();
    await opened.engine.close();
  });
  const cache = openFeatureCache(`${project.folder}/cache`);
  const options: FrozenOptions = { network, engine: opened.engine, record: opened.record, reader, pictures, preprocessing: document.preprocessing, augmentation, seed: 1, cache };
  return { network, values, options, reader, cutNode: network.stages[4]!.end };
}

const all = [0, 1, 2, 3, 4];

test('kept outputs are those of the whole network, for pictures and for changed views', async (t) => {
  const { network, values, options, reader, cutNode } = await setUp(t);
  const frozen = frozenOutputs(options);
  await frozen.gather([{ node: network.features, members: all, turn: null }, { node: cutNode, members: [1, 3], turn: 2 }], values, quiet);
  const whole = await options.engine.runner({ network, values, outputs: [network.features, cutNode], precision: 'float32' });
  for await (const { input } of reader.read([{ members: all, turn: null }])) deepEqual(frozen.rows(network.features, all, null), (await whole.run(input)).get(network.features)!.data);
  for await (const { input } of reader.read([{ members: [1, 3], turn: 2 }])) deepEqual(frozen.rows(cutNode, [1, 3], 2), (await whole.run(input)).get(cutNode)!.data);
  equal(frozen.has(cutNode, 0, 2), false);
});

test('a second run computes nothing, and other weights everything', async (t) => {
  const { network, values, options } = await setUp(t);
  const wanted = [{ node: network.features, members: all, turn: null }];
  const first = frozenOutputs(options);
  const { computed, cached } = await first.gather(wanted, values, quiet);
  deepEqual([computed, cached], [5, 0]);
  deepEqual((await first.gather(wanted, values, quiet)).computed, 0);
  const second = frozenOutputs(options);
  const again = await second.gather([{ ...wanted[0]!, members: [...all] }], values, quiet);
  deepEqual([again.computed, again.cached], [0, 5]);
  deepEqual(second.rows(network.features, all, null), first.rows(network.features, all, null));
  const other = new Map(values);
  const stem = values.get('bn1.bias')!;
  other.set('bn1.bias', { ...stem, data: stem.data.map((x) => x + 0.01) });
  equal((await frozenOutputs(options).gather(wanted, other, quiet)).computed, 5);
});

test('a change of the head changes nothing about what is kept', async (t) => {
  const { network, values, options } = await setUp(t);
  const wanted = [{ node: network.features, members: all, turn: null }];
  await frozenOutputs(options).gather(wanted, values, quiet);
  const bias = values.get('classifier.bias')!;
  equal((await frozenOutputs(options).gather(wanted, new Map(values).set('classifier.bias', { ...bias, data: bias.data.map(() => 1) }), quiet)).computed, 0);
});

test('a disk that takes nothing more is told, and the outputs are there all the same', async (t) => {
  const { network, values, options } = await setUp(t);
  const full = { ...options.cache!, write: () => Promise.reject(new Error('no space left on device')) };
  const frozen = frozenOutputs({ ...options, cache: full });
  const { cacheError } = await frozen.gather([{ node: network.features, members: all, turn: null }], values, quiet);
  ok(cacheError instanceof Error && cacheError.message === 'no space left on device');
  ok(frozen.has(network.features, 4, null));
});

test('pictures that cannot be read are told by index', async (t) => {
  const { network, values, options } = await setUp(t);
  const pictures = options.pictures.map((picture, i) => (i === 2 ? { source: { file: '/nowhere.png' }, key: 'nowhere' } : picture));
  const reader = openBatches({ pictures, blobs: '/nowhere', preprocessing: options.preprocessing, augmentation: {}, seed: 1, keep: false, workers: 1 });
  t.after(() => reader.close());
  const frozen = frozenOutputs({ ...options, pictures, reader, cache: null });
  const { errors } = await frozen.gather([{ node: network.features, members: [2], turn: null }], values, quiet);
  ok(errors.get(2) instanceof StudioError);
  equal(frozen.has(network.features, 2, null), false);
});

test('a wish to stop ends the work after a batch, and what was done is kept', async (t) => {
  const { network, values, options } = await setUp(t);
  const wanted = [{ node: network.features, members: all, turn: null }];
  await rejects(frozenOutputs(options).gather(wanted, values, { ...quiet, stopRequested: () => true }), { code: 'cancelled' });
  equal((await frozenOutputs(options).gather(wanted, values, quiet)).cached, 5);
});
