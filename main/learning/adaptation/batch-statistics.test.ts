// New statistics are those of what really comes into each norm.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openEngine } from '../../engines/index.ts';
import { homeFolder } from '../../home.ts';
import { initialValues, variant } from '../../nets/index.ts';
import type { Network } from '../../nets/graph.ts';
import { openBatches } from '../batches/batches.ts';
import { testProject } from '../testing/project.ts';
import { alignedNorms, inputStatistics } from './alignment.ts';
import { batchStatistics } from './batch-statistics.ts';

const watcher = { tell: () => {}, stopRequested: () => false };
const { engine, record } = await openEngine({ engine: 'wasm', purpose: 'train', home: homeFolder(), threads: 1, precision: 'float32' });
after(() => engine.close());
const preprocessing = { size: [32, 32] as [number, number], channels: 3 as const, cropShare: 1, interpolation: 'bilinear' as const, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
const network: Network = variant('cbr_tiny').build({ classes: 2, inputSize: [32, 32], channels: 3 });

test('after it, each norm has mean and unbiased variance of what comes into it, over all pictures', async (t) => {
  const { images, blobs } = await testProject(t, { training: 10, validation: 0 });
  const reader = openBatches({ pictures: images.map(({ source, id }) => ({ source, key: id })), blobs: blobs.folder, preprocessing, augmentation: {}, seed: 1, keep: false, workers: 1 });
  t.after(() => reader.close());
  const values = initialValues(network, 3, { head: 'uniform' });
  const found = await batchStatistics(engine, { network, values, reader, pictures: images.length, precision: 'float32' }, watcher);
  const adapted = new Map([...values, ...found]);
  const norms = network.nodes.filter(({ op }) => op === 'norm');
  assert.equal(found.size, 2 * norms.length);
  const runner = await engine.runner({ network, values: adapted, outputs: norms.map(({ from }) => from[0]!), precision: record.precision });
  t.after(() => runner.close());
  for await (const { input } of reader.read([{ members: images.map((_, i) => i), turn: null }])) {
    const outputs = await runner.run(input);
    for (const { id, from } of norms) {
      const { data, shape } = outputs.get(from[0]!)!, channels = shape.at(-1)!, count = data.length / channels;
      const mean = found.get(`${id}.running_mean`)!.data, variance = found.get(`${id}.running_var`)!.data;
      for (let c = 0; c < channels; c++) {
        let sum = 0, square = 0;
        for (let i = c; i < data.length; i += channels) sum += data[i]!;
        for (let i = c; i < data.length; i += channels) square += (data[i]! - sum / count) ** 2;
        // The stored variance is divided by count - 1, the one that normalises by count: behind four norms of at least 160 positions that is some 1 %.
        assert.ok(Math.abs(mean[c]! - sum / count) < 0.02 * Math.sqrt(square / count) + 1e-5, `${id} mean ${c}`);
        assert.ok(Math.abs(variance[c]! / (square / (count - 1)) - 1) < 0.03, `${id} variance ${c}: ${variance[c]} for ${square / (count - 1)}`);
      }
    }
  }
});

test('more pictures than a batch has are pooled: the first norm has the statistics of all, however they were divided', async (t) => {
  const { images, blobs } = await testProject(t, { training: 70, validation: 0 });
  const picturesOf = (count: number) => images.slice(0, count).map(({ source, id }) => ({ source, key: id }));
  const reader = openBatches({ pictures: picturesOf(70), blobs: blobs.folder, preprocessing, augmentation: {}, seed: 1, keep: false, workers: 1 });
  t.after(() => reader.close());
  const values = initialValues(network, 3, { head: 'uniform' });
  const found = await batchStatistics(engine, { network, values, reader, pictures: 70, precision: 'float32' }, watcher);
  const first = network.nodes.find(({ op }) => op === 'norm')!;
  const runner = await engine.runner({ network, values, outputs: [first.from[0]!], precision: record.precision });
  t.after(() => runner.close());
  const all: number[][] = [];
  for await (const { input } of reader.read([{ members: images.map((_, i) => i), turn: null }])) {
    const { data, shape } = (await runner.run(input)).get(first.from[0]!)!, channels = shape.at(-1)!;
    for (let i = 0; i < data.length; i += channels) all.push(Array.from(data.subarray(i, i + channels)));
  }
  const mean = all.reduce((sum, row) => sum + row[0]! / all.length, 0), variance = all.reduce((sum, row) => sum + (row[0]! - mean) ** 2 / all.length, 0);
  assert.ok(Math.abs(found.get(`${first.id}.running_mean`)!.data[0]! - mean) < 1e-4 * Math.sqrt(variance) + 1e-6);
  // 70 x 32 x 32 positions: count - 1 is count to five digits.
  assert.ok(Math.abs(found.get(`${first.id}.running_var`)!.data[0]! / variance - 1) < 1e-3);
});

test('aligned with its training pictures, a network whose norms then take the statistics of these very pictures says what it said before', async (t) => {
  const { images, blobs } = await testProject(t, { training: 12, validation: 0 });
  const reader = openBatches({ pictures: images.map(({ source, id }) => ({ source, key: id })), blobs: blobs.folder, preprocessing, augmentation: {}, seed: 1, keep: false, workers: 1 });
  t.after(() => reader.close());
  // Statistics that are not those of the pictures, as after a pretraining on others.
  const values = new Map([...initialValues(network, 3, { head: 'uniform' })].map(([name, { shape, data }]) => [name, { shape, data: name.endsWith('running_mean') ? data.map((_, c) => 0.3 * Math.sin(c)) : name.endsWith('running_var') ? data.map((_, c) => 1 + 0.5 * Math.cos(c)) : data }]));
  const request = { network, values, reader, pictures: images.length, precision: 'float32' as const };
  const aligned = new Map([...values, ...alignedNorms(network, values, await inputStatistics(engine, request, watcher))]);
  const adapted = new Map([...aligned, ...await batchStatistics(engine, { ...request, values: aligned }, watcher)]);
  const outputs = async (own: typeof adapted) => {
    const runner = await engine.runner({ network, values: own, outputs: [network.features], precision: 'float32' });
    try {
      for await (const { input } of reader.read([{ members: images.map((_, i) => i), turn: null }])) return (await runner.run(input)).get(network.features)!.data;
    } finally {
      await runner.close();
    }
    return assert.fail();
  };
  const before = await outputs(values), after = await outputs(adapted), plain = await outputs(new Map([...values, ...await batchStatistics(engine, request, watcher)]));
  const size = Math.sqrt(before.reduce((sum, value) => sum + value * value, 0)), away = (other: Float32Array) => Math.sqrt(before.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0)) / size;
  // The variance that is stored is divided by count - 1: with some 200 positions before the last norm that is half a per cent.
  assert.ok(away(after) < 0.01, `${away(after)}`);
  assert.ok(away(plain) > 0.1, 'the statistics alone, without alignment, would have changed the features');
});
