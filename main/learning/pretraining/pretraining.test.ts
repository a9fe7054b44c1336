// Pretraining without classes: the siamese network, the measure of collapse, and a whole run that goes on from it.
import { equal, ok, deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSafetensors } from '../../weights/index.ts';
import { parameters, shapes, variant } from '../../nets/index.ts';
import { train } from '../job.ts';
import { listener, testProject, trainDocument } from '../testing/project.ts';
import { collapsedBelow, unitDeviation } from './collapse.ts';
import { siamese } from './siamese.ts';

test('the siamese network projects and predicts vectors of one length, through a bottleneck of a quarter', () => {
  const backbone = variant('resnet18').build({ classes: 3, inputSize: [64, 64] });
  const { network, projection, prediction, predictor, fixed } = siamese(backbone, 128);
  const known = shapes(network);
  deepEqual([known.get(projection), known.get(prediction), known.get('predictor.1')], [[128], [128], [32]]);
  ok([...predictor].every((name) => name.startsWith('predictor.')) && predictor.size === 7);
  deepEqual([...fixed].filter((name) => !name.includes('running')), ['projector.3.norm.weight', 'projector.3.norm.bias']);
  // The backbone keeps its parameters under their names; its classifier is gone.
  const names = new Set(parameters(network).map(({ name }) => name));
  ok(parameters(backbone).every(({ name }) => names.has(name) !== name.startsWith('fc.')));
});

test('equal embeddings have no spread, and those of a sphere 1 / sqrt(dimension)', () => {
  equal(unitDeviation({ shape: [3, 4], data: Float32Array.of(1, 2, 3, 4, 2, 4, 6, 8, 0.5, 1, 1.5, 2) }) < 1e-7, true); // one direction, whatever the length
  // The unit vectors of both signs of a basis: each coordinate has the mean 0 and the mean square 1 / dimension.
  const dimension = 6, data = new Float32Array(2 * dimension * dimension);
  for (let i = 0; i < dimension; i++) {
    data[i * dimension + i] = 3;
    data[(dimension + i) * dimension + i] = -3;
  }
  ok(Math.abs(unitDeviation({ shape: [2 * dimension, dimension], data }) - 1 / Math.sqrt(dimension)) < 1e-7);
  equal(collapsedBelow(16), 0.125);
});

test('the spread does not depend on the length of any embedding', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: 0.5, max: 5, noNaN: true }), fc.double({ min: 0.1, max: 9, noNaN: true })), { minLength: 2, maxLength: 8 }), (rows) => {
    const of = (scale: (factor: number) => number) => unitDeviation({ shape: [rows.length, 2], data: Float32Array.from(rows.flatMap(([a, b, factor]) => [a * scale(factor), b * scale(factor)])) });
    ok(Math.abs(of(() => 1) - of((factor) => factor)) < 1e-5); // float32
  }));
});

test('a run looks at pictures without their classes first, tells the spread and both probes, and hands over a backbone that has moved', async (t) => {
  const project = await testProject(t, { training: 16, validation: 8 });
  // Without classes: nothing but the pictures is given.
  const images = project.images.map((image) => ({ ...image, partition: null, targets: [] }));
  const pretraining = { method: 'simsiam', epochs: 2, batchSize: 8, learningRate: 0.05, dimension: 32, images } as const;
  const { preprocessing } = variant('resnet20');
  const document = await trainDocument(project, { backbone: 'resnet20', preprocessing, weights: { base: null, baseSha256: null, delta: null }, pretraining: { ...pretraining, images }, strategy: 'feature-extraction' });
  const told = listener(project.blobs);
  await train(document, told);
  const epochs = told.events('pretraining'), [compared] = told.events('pretrained');
  deepEqual(epochs.map(({ epoch }) => epoch), [1, 2]);
  for (const { loss, deviation } of epochs) ok(loss >= -1 && loss <= 1 && deviation > 0 && deviation <= 1 / Math.sqrt(32) + 1e-6);
  ok(compared && compared.pictures === 24 && compared.collapsed === !(epochs.at(-1)!.deviation > collapsedBelow(32)));
  ok(compared.plain.loss !== compared.pretrained.loss, 'two backbones were probed');
  // The model is what was probed last, and its tensors are those of the backbone that moved.
  equal(told.events('finished')[0]!.metrics.validation.loss, compared.pretrained.loss);
  const { tensors } = readSafetensors(await project.blobs.get(told.model().delta));
  ok(tensors.has('conv1.weight') && tensors.has('bn1.running_mean') && !tensors.has('projector.1.weight'));

  const again = listener(project.blobs);
  await train(document, again);
  deepEqual(again.events('pretraining').map(({ loss, deviation }) => [loss, deviation]), epochs.map(({ loss, deviation }) => [loss, deviation]));
  equal(again.model().delta, told.model().delta, 'bit for bit the same');
});
