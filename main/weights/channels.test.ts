// Pretrained networks for one, two, four and more channels: a grey picture gives the features of its RGB copy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { relativeDifference } from '../../testdata/oracle/index.ts';
import { openOnnxEngine } from '../engines/onnx/index.ts';
import { resourcesFolder } from '../home.ts';
import { parameters, variant, variants } from '../nets/index.ts';
import { stream } from '../random.ts';
import { sizeOf } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { adaptChannels, adaptPreprocessing, loadWeights } from './index.ts';

const engine = await openOnnxEngine({ threads: 1 });
after(() => engine.close());
const file = readFileSync(join(resourcesFolder, 'backbones/tf_efficientnet_lite0/tf_efficientnet_lite0.fp16w.safetensors'));

/** Features of a grey picture, normalised, repeated in every channel; the network and its weights are for that many. */
async function featuresOf(grey: Float32Array, channels: number): Promise<Float32Array> {
  const network = variant('tf_efficientnet_lite0').build({ classes: 2, inputSize: [64, 64], channels });
  const values = loadWeights(file, network, { head: 'optional' });
  const whole = new Map([...values, ['classifier.weight', zeros([2, 1280])], ['classifier.bias', zeros([2])]]);
  const runner = await engine.runner({ network, values: whole, outputs: [network.features], precision: 'float32' });
  const data = Float32Array.from({ length: grey.length * channels }, (_, i) => grey[Math.floor(i / channels)]!);
  return (await runner.run({ shape: [1, 64, 64, channels], data })).get(network.features)!.data;
}

const zeros = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(sizeOf(shape)) });

test('the embedded weights give a grey picture the same features in one, two, four and seven channels as in three', async () => {
  const draw = stream(1, 'grey');
  const grey = Float32Array.from({ length: 64 * 64 }, (_, i) => 0.5 * draw.normal(i) + Math.sin(i / 9));
  const expected = await featuresOf(grey, 3);
  assert.ok(expected.some((value) => value > 0.5));
  // Rounding of float32 through fifty layers; weights that were merely averaged over colours would be off by a third at the first.
  for (const channels of [1, 2, 4, 7]) assert.ok(relativeDifference(await featuresOf(grey, channels), expected) < 1e-4, `${channels} channels`);
});

test('every backbone takes weights for RGB in one and in four channels, and no other tensor changes', () => {
  for (const { id, build } of variants.filter(({ defaultWeights }) => defaultWeights !== null && !/^vgg|^alexnet/.test(defaultWeights))) {
    const rgb = parameters(build({ classes: 2, inputSize: [96, 96] }));
    const tensors = new Map(rgb.map(({ name, shape }): [string, Tensor] => [name, zeros(shape)]));
    for (const channels of [1, 4]) {
      const network = build({ classes: 2, inputSize: [96, 96], channels });
      const adapted = adaptChannels(tensors, network);
      assert.deepEqual([...adapted].map(([name, { shape }]) => [name, shape]), parameters(network).map(({ name, shape }) => [name, shape]), id);
      assert.equal([...adapted].filter(([name, tensor]) => tensors.get(name) !== tensor).length, 1, id);
    }
  }
});

test('three channels, and a file that has the channels already, stay as they are', () => {
  const network = (channels: number) => variant('resnet18').build({ classes: 2, inputSize: [64, 64], channels });
  const values = (channels: number) => new Map(parameters(network(channels)).map(({ name, shape }): [string, Tensor] => [name, zeros(shape)]));
  const [rgb, grey] = [values(3), values(1)];
  assert.equal(adaptChannels(rgb, network(3)), rgb);
  assert.equal(adaptChannels(grey, network(1)), grey);
});

test('preprocessing for another number of channels has one mean and one deviation for each', () => {
  const { preprocessing } = variant('resnet50');
  const grey = adaptPreprocessing(preprocessing, 1);
  assert.deepEqual([grey.channels, grey.mean.length, grey.std.length], [1, 1, 1]);
  assert.ok(Math.abs(grey.mean[0]! - 0.449) < 1e-9 && Math.abs(grey.std[0]! - 0.226) < 1e-9);
  assert.deepEqual(adaptPreprocessing(variant('tf_efficientnet_lite0').preprocessing, 4).mean, [0.5, 0.5, 0.5, 0.5]);
  assert.equal(adaptPreprocessing(preprocessing, 3), preprocessing);
});
