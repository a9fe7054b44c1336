// A trained model as the start of a run: its backbone bit for bit, whatever its head was.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { headParameters } from '../nets/index.ts';
import { readSafetensors } from '../weights/index.ts';
import { train } from './index.ts';
import { deltaFile, differing, modelValues } from './model.ts';
import { networkOf } from './plan.ts';
import { openRun } from './run.ts';
import { listener, testProject, trainDocument } from './testing/project.ts';

test('a run that begins with a model has that model\'s backbone bit for bit, and what it makes opens over the pretrained weights', async (t) => {
  const first = await testProject(t, { training: 8, validation: 4 });
  const document = await trainDocument(first, { strategy: 'fine-tune', values: { epochs: 1, batchSize: 8, augmentation: 'none', head: 'uniform', schedule: 'constant' } });
  const io = listener(first.blobs);
  await train(document, io);
  const weights = { ...document.weights, delta: io.model().delta };
  const network = networkOf(document), head = headParameters(network);
  const parent = await modelValues(weights, network, first.blobs);

  // Another project: three classes, and only the parent's tensors carried over.
  const second = await testProject(t, { training: 9, validation: 6, classes: 3 });
  equal(await second.blobs.put(await first.blobs.get(weights.delta)), weights.delta);
  const next = await trainDocument(second, { weights, classes: ['flat', 'steep', 'steeper'], strategy: 'feature-extraction', values: { penalty: 1 } });
  const quiet = listener(second.blobs);
  const run = await openRun(next, quiet);
  await run.close();
  for (const [name, { data }] of parent) if (!head.has(name)) deepEqual(run.start.get(name)!.data, data, name);
  equal(run.start.get('classifier.weight')!.shape[0], 3);
  ok(run.base.get('conv_stem.weight')!.data.some((value, i) => value !== run.start.get('conv_stem.weight')!.data[i]), 'the parent has moved');

  await train(next, quiet);
  const made = await modelValues({ ...weights, delta: quiet.model().delta }, networkOf(next), second.blobs);
  for (const [name, { data }] of parent) if (!head.has(name)) deepEqual(made.get(name)!.data, data, name);
  deepEqual(made.get('classifier.weight')!.shape, [3, 1280]);
});

test('the encoder of a model for masks goes on as the backbone of a classifier', async (t) => {
  const project = await testProject(t, { training: 4, validation: 2 });
  const document = await trainDocument(project);
  const stem = { shape: [32, 3, 3, 3], data: Float32Array.from({ length: 864 }, (_, i) => i / 1000) }, other = { shape: [2], data: Float32Array.of(1, 2) };
  const delta = await project.blobs.put(deltaFile(new Map([['encoder.conv_stem.weight', stem], ['decoder.blocks.0.bias', other]]), 'tf_efficientnet_lite0'));
  const run = await openRun({ ...document, weights: { ...document.weights, delta } }, listener(project.blobs));
  await run.close();
  deepEqual(run.start.get('conv_stem.weight')!.data, stem.data);
  equal([...run.start.keys()].some((name) => name.startsWith('decoder.')), false);
});

test('a model of another network is refused as a start', async (t) => {
  const project = await testProject(t, { training: 4, validation: 2 });
  const document = await trainDocument(project);
  const wrong = await project.blobs.put(deltaFile(new Map([['conv_stem.weight', { shape: [1], data: Float32Array.of(1) }]]), 'tf_efficientnet_lite0'));
  await rejects(openRun({ ...document, weights: { ...document.weights, delta: wrong } }, listener(project.blobs)), { code: 'unreadable', key: 'model.incomplete' });
  const nothing = await project.blobs.put(deltaFile(new Map(), 'tf_efficientnet_lite0'));
  await rejects(openRun({ ...document, weights: { base: null, baseSha256: null, delta: nothing } }, listener(project.blobs)), { key: 'model.incomplete' }, 'from random weights, and without any of its own');
  equal(differing(new Map(), readSafetensors(await project.blobs.get(nothing)).tensors).size, 0);
});
