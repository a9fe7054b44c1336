// Class activation maps: their means are the logits that the model itself computes, and the evidence lies where the thing is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePng } from '../../images/index.ts';
import { variants } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import { activationsOf, poolsItsMap } from './activation.ts';
import { train } from '../job.ts';
import { predictPictures } from '../predict.ts';
import { listener, predictDocument, testProject, trainDocument } from '../testing/project.ts';

const watcher = { tell: () => undefined, stopRequested: () => false };
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test('the means of the maps give the probabilities of the model', async (t) => {
  const project = await testProject(t), document = await trainDocument(project);
  const job = listener(project.blobs);
  await train(document, job);
  const asked = predictDocument(document, job.model(), project.images.slice(24));
  const predictions = await predictPictures(asked, project.blobs, watcher);
  const { rows, columns, activations } = await activationsOf({ ...asked, kind: 'activate' }, project.blobs, watcher);
  assert.deepEqual([rows, columns, activations.length], [2, 2, 12]);
  activations.forEach(({ id, maps }, i) => {
    assert.equal(id, predictions[i]!.id);
    const logits = maps.map(mean), largest = Math.max(...logits), sum = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    // The engine takes the mean in float32, over activations of some 1e2 rows of weights.
    logits.forEach((logit, c) => assert.ok(Math.abs(Math.exp(logit - largest) / sum - predictions[i]!.probabilities![c]!) < 1e-4));
    maps[0]!.forEach((value, at) => assert.ok(Math.abs(value + maps[1]![at]!) < 1e-9, 'of two classes, what speaks for one speaks against the other'));
  });
});

test('the evidence lies in the half of the picture where the thing is', async (t) => {
  const project = await testProject(t, { training: 0, validation: 0 });
  /** Grey noise, with lines of a class in the left or the right half. */
  const draw = (index: number, target: number, half: number) => {
    const random = stream(11, `half/${index}`), data = new Uint8Array(128 * 128 * 3);
    for (let y = 0; y < 128; y++) for (let x = 0; x < 128; x++) {
      const inside = (x < 64) === (half === 0) && x % 64 > 8 && x % 64 < 56 && y > 24 && y < 104;
      const value = 120 + 10 * random.normal(y * 128 + x) + (inside ? 70 * Math.sin(target === 0 ? x * 0.9 : y * 0.45) : 0);
      for (let c = 0; c < 3; c++) data[(y * 128 + x) * 3 + c] = Math.max(0, Math.min(255, value));
    }
    return encodePng({ width: 128, height: 128, channels: 3, data });
  };
  const images = [];
  for (let i = 0; i < 32; i++) {
    const target = i % 2, half = Math.floor(i / 2) % 2;
    images.push({ half, image: { id: `p${i}`, source: { blob: await project.blobs.put(await draw(i, target, half)) }, partition: i < 24 ? 'train' as const : 'validation' as const, targets: [target], group: `g${i}` } });
  }
  const plain = await trainDocument({ ...project, images: images.map(({ image }) => image) });
  const document = { ...plain, preprocessing: { ...plain.preprocessing, size: [128, 128] as [number, number], cropShare: 1 } };
  const job = listener(project.blobs);
  await train(document, job);
  const shown = images.slice(24);
  const { rows, columns, activations } = await activationsOf({ ...predictDocument(document, job.model(), shown.map(({ image }) => image)), kind: 'activate' }, project.blobs, watcher);
  assert.deepEqual([rows, columns], [4, 4]);
  const right = activations.filter(({ maps }, i) => {
    const map = maps[shown[i]!.image.targets[0]!]!;
    const side = (half: number) => map.filter((_, at) => (at % 4 < 2) === (half === 0)).reduce((a, b) => a + b, 0);
    return side(shown[i]!.half) > side(1 - shown[i]!.half);
  });
  // A map of 4 x 4 sees far beyond its places, so one picture in eight may tip over.
  assert.ok(right.length >= 7, `${right.length} of ${activations.length}`);
});

test('networks with more than a mean behind their last map are told from the others, and nearest neighbours are refused', async (t) => {
  const open = new Map(variants.map((one) => [one.id, poolsItsMap(one.build({ classes: 2 }))]));
  for (const id of ['tf_efficientnet_lite0', 'resnet18', 'densenet121', 'inception_v3']) assert.equal(open.get(id), true, id);
  for (const id of ['alexnet', 'vgg16', 'mobilenetv3_small_100']) assert.equal(open.get(id), false, id);
  const project = await testProject(t, { training: 2, validation: 2 });
  const document = await trainDocument(project, { strategy: 'knn', values: { neighbours: 1 } });
  const job = listener(project.blobs);
  await train(document, job);
  await assert.rejects(activationsOf({ ...predictDocument(document, job.model()), kind: 'activate' }, project.blobs, watcher), { key: 'activation.neighbours' });
});

test('a network with a hidden layer behind its mean shows its evidence too: of two classes, what speaks for one speaks against the other', async (t) => {
  const project = await testProject(t, { training: 8, validation: 4 });
  const document = await trainDocument(project, { backbone: 'mobilenetv3_small_100', weights: { base: null, baseSha256: null, delta: null } });
  const job = listener(project.blobs);
  await train(document, job);
  const { rows, columns, activations } = await activationsOf({ ...predictDocument(document, job.model(), project.images.slice(8)), kind: 'activate' }, project.blobs, watcher);
  assert.deepEqual([rows, columns, activations.length], [2, 2, 4]);
  for (const { maps: [first, second] } of activations) {
    const most = Math.max(...first!.map(Math.abs));
    assert.ok(most > 0);
    // Two gradients in float32, of sums over some 1e3 units.
    first!.forEach((value, at) => assert.ok(Math.abs(value + second![at]!) < 1e-3 * most));
  }
});
