import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { readSafetensors } from '../weights/index.ts';
import { headOf, headValues } from './heads/head-layers.ts';
import { baseValues, deltaFile, differing, modelValues, startValues } from './model.ts';
import { networkOf } from './plan.ts';
import { testProject, trainDocument } from './testing/project.ts';

const tensor = (...numbers: number[]) => ({ shape: [numbers.length], data: Float32Array.from(numbers) });

test('only tensors with another bit are kept of a model', () => {
  const base = new Map([['a', tensor(1, 2)], ['b', tensor(0)], ['c', tensor(5)]]);
  const values = new Map([['a', tensor(1, 2)], ['b', tensor(-0)], ['c', tensor(5)], ['d', tensor(9)]]);
  deepEqual([...differing(base, values).keys()], ['b', 'd']);
});

test('a start takes the backbone from the file and never its classifier', async (t) => {
  const document = await trainDocument(await testProject(t, { training: 0, validation: 0 }));
  const network = networkOf({ ...document, classes: Array.from({ length: 1000 }, (_, i) => String(i)) });
  const base = await baseValues(document.weights, network);
  const start = startValues(base, network, 1, 'zero');
  equal(start.get('classifier.weight')!.data.every((x) => x === 0), true);
  deepEqual(start.get('conv_stem.weight'), base.get('conv_stem.weight'));
  deepEqual([...differing(base, start).keys()].sort(), ['classifier.bias', 'classifier.weight']);
});

test('a model is its pretrained file with its own tensors laid over it', async (t) => {
  const project = await testProject(t, { training: 0, validation: 0 });
  const document = await trainDocument(project);
  const network = networkOf(document);
  const base = await baseValues(document.weights, network);
  const head = headValues({ classes: 2, features: 1280, weight: new Float64Array(2560).fill(0.1), bias: Float64Array.of(1, 2) }, network);
  const values = new Map([...startValues(base, network, 1, 'zero'), ...head, ['bn1.bias', tensor(...Array<number>(32).fill(3))]]);
  const file = deltaFile(differing(base, values), document.backbone);
  deepEqual([...readSafetensors(file).tensors.keys()].sort(), ['bn1.bias', 'classifier.bias', 'classifier.weight']);
  const delta = await project.blobs.put(file);
  const model = await modelValues({ ...document.weights, delta }, network, project.blobs);
  deepEqual(new Map(model), new Map([...model.keys()].map((name) => [name, values.get(name)!])));
  deepEqual(headOf(network, model).bias, Float64Array.of(1, 2));
});

test('a model whose files lack a tensor, or whose weights are gone, says so', async (t) => {
  const project = await testProject(t, { training: 0, validation: 0 });
  const document = await trainDocument(project);
  const network = networkOf(document);
  await rejects(modelValues({ base: null, baseSha256: null, delta: null }, network, project.blobs), { key: 'model.incomplete' });
  await rejects(baseValues({ base: '/nowhere/weights.safetensors', baseSha256: null, delta: null }, network), { key: 'weights.no-file' });
});
