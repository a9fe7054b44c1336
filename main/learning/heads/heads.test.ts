// Heads other than a linear one with a softmax: they predict what they were measured with, and are stored so that everything else can use them.
import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainDocument } from '#contract/jobs.ts';
import { applyLayers, asTwoClasses, headAt, headLayers } from './head-layers.ts';
import { predict, train } from '../index.ts';
import { probabilitiesOf } from '../losses.ts';
import { modelValues } from '../model.ts';
import { makePlan, networkOf, recipeOf, trainedNetwork } from '../plan.ts';
import { listener, predictDocument, testProject, trainDocument } from '../testing/project.ts';

const short = { epochs: 2, batchSize: 8, augmentation: 'none' };

/** Mean log loss and accuracy of a model's predictions on validation, from its own stored files. */
async function trainAndPredict(t: Parameters<typeof testProject>[0], change: Partial<TrainDocument>) {
  const project = await testProject(t, { training: 16, validation: 8 });
  const document = await trainDocument(project, change);
  const io = listener(project.blobs), asked = listener(project.blobs);
  await train(document, io);
  await predict(predictDocument(document, io.model()), asked);
  const rows = asked.messages.flatMap((message) => (message.type === 'predictions' ? message.predictions : []));
  const held = document.images.flatMap((image, i) => (image.partition === 'validation' ? [rows[i]!.probabilities![image.targets[0]!]!] : []));
  const values = await modelValues({ ...document.weights, delta: io.model().delta }, networkOf({ ...document, head: io.model().head }), project.blobs);
  return { io, values, loss: held.reduce((sum, p) => sum - Math.log(p), 0) / held.length, measured: io.events('finished')[0]!.metrics.validation.loss };
}

test('hidden layers with one sigmoid, 512-128-dropout-1, become a model of two classes that says what it was measured with', async (t) => {
  const { io, values, loss, measured } = await trainAndPredict(t, { strategy: 'hidden-head', values: short });
  deepEqual(io.model().head, { kind: 'hidden', units: [512, 128] });
  deepEqual(['classifier.0.weight', 'classifier.2.weight', 'classifier.5.weight', 'classifier.5.bias'].map((name) => values.get(name)!.shape), [[512, 1280], [128, 512], [2, 128], [2]]);
  ok(values.get('classifier.5.weight')!.data.subarray(0, 128).every((w) => w === 0));
  // float32 sums in another order, in the engine and here.
  ok(Math.abs(loss - measured) < 1e-4, `${loss} ${measured}`);
});

test('a head that is fitted at once can have one sigmoid too', async (t) => {
  const { io, loss, measured } = await trainAndPredict(t, { strategy: 'lp-ft', values: { ...short, stages: 1, output: 'one-sigmoid' } });
  equal(io.model().head.kind, 'linear');
  ok(Math.abs(loss - measured) < 1e-4, `${loss} ${measured}`);
});

test('one sigmoid is for two classes of which a picture has one', async (t) => {
  const project = await testProject(t, { training: 6, validation: 6, classes: 3 });
  const document = await trainDocument(project, { strategy: 'last-stages', values: { output: 'one-sigmoid' } });
  throws(() => makePlan({ ...document, classes: ['a', 'b', 'c'] }), { code: 'invalid', key: 'plan.one-sigmoid' });
  throws(() => makePlan({ ...document, task: 'multilabel' }), { code: 'invalid', key: 'plan.sigmoids' });
  equal(recipeOf({ ...document, strategy: 'hidden-head', values: {}, classes: ['a', 'b', 'c'] }).output, 'softmax');
  equal(recipeOf({ ...document, strategy: 'hidden-head', values: {} }).output, 'one-sigmoid');
});

test('a softmax over 0 and a logit is the sigmoid of the logit', async (t) => {
  const document = await trainDocument(await testProject(t, { training: 2, validation: 2 }), { strategy: 'hidden-head', values: { hidden: '64' } });
  const network = trainedNetwork(document, recipeOf(document));
  const { initialValues } = await import('../../nets/index.ts');
  const values = initialValues(network, 3, { head: 'uniform' });
  const features = Float32Array.from({ length: 1280 }, (_, i) => Math.sin(i));
  const [z = 0] = applyLayers(headLayers(network, values), features).data;
  const [, p = 0] = probabilitiesOf('cross-entropy', applyLayers(headLayers(network, asTwoClasses(values, network)), features).data);
  ok(Math.abs(p - 1 / (1 + Math.exp(-z))) < 1e-7); // float32 logits
});

test('around a picture, hidden layers are a linear head: the same logits there and for small changes of the features', async (t) => {
  const document = await trainDocument(await testProject(t, { training: 2, validation: 2 }), { strategy: 'hidden-head', values: { hidden: '512-128', output: 'softmax' } });
  const network = trainedNetwork(document, recipeOf(document));
  const { initialValues } = await import('../../nets/index.ts');
  const layers = headLayers(network, initialValues(network, 4, { head: 'uniform' }));
  const features = Float32Array.from({ length: 1280 }, (_, i) => 2 * Math.cos(i));
  const local = headAt(layers, features);
  for (const change of [0, 1e-6]) {
    const moved = features.map((value, i) => value * (1 + change * Math.sin(3 * i)));
    const [whole, linear] = [applyLayers(layers, moved).data, applyLayers([local], moved).data];
    whole.forEach((z, c) => ok(Math.abs(z - linear[c]!) < 1e-5, `${z} ${linear[c]}`)); // sums of 1280 numbers in float32
  }
});
