// Files of torchvision fill our networks: renamed where timm has other names, and with dense layers that compute the same.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { forward, oraclePictures, oracleValues, relativeDifference } from '../../testdata/oracle/index.ts';
import { openOnnxEngine } from '../engines/onnx/index.ts';
import { build, parameters, variant } from '../nets/index.ts';
import { stream } from '../random.ts';
import { sizeOf } from '../tensor.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { loadWeights } from './index.ts';
import { writeSafetensors } from './safetensors.ts';
import { writePth } from './testing/pth-writer.ts';
import { fromTorchvision } from './torchvision.ts';

const engine = await openOnnxEngine({ threads: 1 });
after(() => engine.close());

test("AlexNet from a .pth gives PyTorch's logits: its first dense layer reads channels, rows, columns", async () => {
  const { input, logits } = forward['alexnet']!;
  const network = variant('alexnet').build({ classes: 10 });
  const generated = oracleValues(network);
  const values = loadWeights(writePth(generated), network, { head: 'required' });
  assert.deepEqual([...values.keys()], [...generated.keys()]);
  const runner = await engine.runner({ network, values, outputs: [network.output], precision: 'float32' });
  const { data } = (await runner.run(oraclePictures(1, input))).get(network.output)!;
  assert.ok(relativeDifference(data, logits) <= 1e-4);
  // Read in rows, columns, channels, as TensorFlow would have it, they are others: the oracle's README says by .73.
  const [out, columns] = [4096, 9216], mixed = new Float32Array(out * columns), stored = values.get('classifier.1.weight')!.data;
  for (let unit = 0; unit < out; unit++) for (let i = 0; i < columns; i++) mixed[unit * columns + (i % 256) * 36 + Math.floor(i / 256)] = stored[unit * columns + i]!;
  const wrong = await engine.runner({ network, values: new Map([...values, ['classifier.1.weight', { shape: [out, columns], data: mixed }]]), outputs: [network.output], precision: 'float32' });
  assert.ok(relativeDifference((await wrong.run(oraclePictures(1, input))).get(network.output)!.data, logits) > 0.1);
});

/** The end of a VGG on a map of 7 x 7 x 4, as torchvision or as timm writes it. */
const ending = (dense: boolean) => build('ending', [7, 7, 4], (b) => {
  const pooled = dense
    ? b.act('act2', b.dense('classifier.3', b.act('act1', b.dense('classifier.0', b.flatten('flatten', 'input'), 6), 'relu'), 6), 'relu')
    : b.globalPool('pool', b.act('act2', b.conv('pre_logits.fc2', b.act('act1', b.conv('pre_logits.fc1', 'input', { filters: 6, kernel: 7, pad: 0, bias: true }), 'relu'), { filters: 6, kernel: 1, pad: 0, bias: true }), 'relu'));
  const output = b.dense(dense ? 'classifier.6' : 'head.fc', pooled, 3);
  return { output, features: pooled, gradCam: pooled, skips: [], stages: [{ name: 'hidden', end: pooled }, { name: 'head', end: output }] };
});

test("torchvision's dense layers of VGG compute the same as timm's convolutions, from the same file", async () => {
  const [theirs, ours] = [ending(true), ending(false)];
  const file = new Map(parameters(theirs).map(({ name, shape }) => [name, random(name, shape)]));
  const values = fromTorchvision(file, new Map(parameters(ours).map(({ name, shape }) => [name, shape])));
  assert.deepEqual([...values.keys()], parameters(ours).map(({ name }) => name));
  const input = random('input', [2, 7, 7, 4]);
  const [expected, actual] = await Promise.all([[theirs, file], [ours, values]].map(async ([network, own]) => {
    const net = network as typeof theirs;
    const runner = await engine.runner({ network: net, values: own as TensorMap, outputs: [net.output], precision: 'float32' });
    return (await runner.run(input)).get(net.output)!.data;
  }));
  // Rounding of sums over 196 products.
  assert.ok(relativeDifference(actual!, expected!) < 1e-5);
});

test("the old names of torchvision's DenseNet are today's, also those of its counters", () => {
  const network = variant('densenet121').build({ classes: 2 });
  const named = parameters(network).map(({ name, shape }): [string, Tensor] => [name.replace(/(denselayer\d+\.(?:norm|conv))([12])\./, '$1.$2.'), { shape, data: new Float32Array(sizeOf(shape)) }]);
  assert.ok(named.some(([name]) => name === 'features.denseblock4.denselayer16.conv.2.weight'));
  const counter: [string, Tensor] = ['features.denseblock1.denselayer1.norm.1.num_batches_tracked', { shape: [], data: Float32Array.of(1) }];
  const bytes = writeSafetensors(new Map([...named, counter]), { dtype: 'float16' });
  assert.deepEqual([...loadWeights(bytes, network, { head: 'required' }).keys()], parameters(network).map(({ name }) => name));
});

test('a file with both names of one tensor keeps both, and is refused', () => {
  const network = variant('resnet18').build({ classes: 2 });
  const expected = new Map(parameters(variant('densenet121').build({ classes: 2 })).map(({ name, shape }) => [name, shape]));
  const tensor = random('x', [64]);
  const both = new Map([['features.denseblock1.denselayer1.norm.1.weight', tensor], ['features.denseblock1.denselayer1.norm1.weight', tensor]]);
  assert.deepEqual(fromTorchvision(both, expected), both);
  // Another network's classifier keeps its name.
  const own = new Map([['classifier.6.weight', tensor]]);
  assert.deepEqual(fromTorchvision(own, new Map(parameters(network).map(({ name, shape }) => [name, shape]))), own);
});

test("Inception's second classifier is left unread, and a third one is not", () => {
  const network = variant('inception_v3').build({ classes: 2 });
  const tensors = parameters(network).map(({ name, shape }): [string, Tensor] => [name, { shape, data: new Float32Array(sizeOf(shape)) }]);
  const file = (extra: string) => writeSafetensors(new Map([...tensors, [extra, random(extra, [3])]]), { dtype: 'float16' });
  assert.equal(loadWeights(file('AuxLogits.fc.bias'), network, { head: 'required' }).size, tensors.length);
  assert.throws(() => loadWeights(file('OtherLogits.fc.bias'), network, { head: 'required' }), { key: 'weights.wrong-network', message: /OtherLogits\.fc\.bias does not belong to it/ });
});

test('torchvision weights of a VGG for another network are recognised', () => {
  const vgg = new Map(['weight', 'bias'].flatMap((part) => [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28].map((index): [string, Tensor] => {
    const name = `features.${index}.${part}`;
    const shape = parameters(variant('vgg16').build({ classes: 2 })).find((parameter) => parameter.name === name)!.shape;
    return [name, { shape, data: new Float32Array(sizeOf(shape)) }];
  })));
  vgg.set('classifier.6.weight', random('w', [1000, 4096]));
  assert.throws(() => loadWeights(writeSafetensors(vgg, { dtype: 'float16' }), variant('resnet18').build({ classes: 2 }), { head: 'optional' }), { message: /they look like vgg16\./ });
});

function random(name: string, shape: readonly number[]): Tensor {
  const draw = stream(7, name);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => draw.normal(i)) };
}
