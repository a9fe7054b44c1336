// Weights go only into the network they are for, and whoever names a wrong file is told which network it looks like.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sharedData } from '../../testdata/shared.ts';
import { resourcesFolder } from '../home.ts';
import { parameters, variant } from '../nets/index.ts';
import { sizeOf } from '../tensor.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { loadWeights, writeSafetensors } from './index.ts';

/** Zeros under the names and shapes of a network. */
function zeros(id: string, classes: number, change: (tensors: Map<string, Tensor>) => void = () => {}): TensorMap {
  const tensors = new Map(parameters(variant(id).build({ classes })).map(({ name, shape }) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]));
  change(tensors);
  return tensors;
}
const file = (tensors: TensorMap, metadata = {}) => writeSafetensors(tensors, { dtype: 'float16', metadata });
const v2 = variant('mobilenetv2_100').build({ classes: 3 });
const wrong = (message: RegExp) => ({ code: 'unreadable', key: 'weights.wrong-network', message });

test('the embedded weights fill their network: every name, and the classifier only where it fits', () => {
  const bytes = readFileSync(join(resourcesFolder, 'backbones/tf_efficientnet_lite0/tf_efficientnet_lite0.fp16w.safetensors'));
  const whole = variant('tf_efficientnet_lite0').build({ classes: 1000 });
  const values = loadWeights(bytes, whole, { head: 'required' });
  assert.deepEqual([...values].map(([name, { shape }]) => [name, shape]), parameters(whole).map(({ name, shape }) => [name, shape]));
  const two = loadWeights(bytes, variant('tf_efficientnet_lite0').build({ classes: 2 }), { head: 'optional' });
  assert.deepEqual([...values.keys()].filter((name) => !two.has(name)), ['classifier.weight', 'classifier.bias']);
  // No variance is negative, and the kernels are no constant.
  assert.ok(values.get('bn1.running_var')?.data.every((x) => x >= 0));
  assert.ok(new Set(values.get('conv_stem.weight')?.data).size > 500);
});

test('the Keras weights fill the network with TensorFlow padding', (t) => {
  const { path, skip } = sharedData('weights/mobilenet_v1_0.25_224_keras/timm_layout.safetensors');
  if (skip) return t.skip(skip);
  assert.equal(loadWeights(readFileSync(path), variant('tf_mobilenetv1_025').build({ classes: 1000 }), { head: 'required' }).size, 137);
});

test('a classifier of other classes is refused when it is required and left out when it is optional', () => {
  const bytes = file(zeros('mobilenetv2_100', 10));
  assert.throws(() => loadWeights(bytes, v2, { head: 'required' }), wrong(/most of them are its own\. Differences: classifier\.weight is \[10, 1280\] instead of \[3, 1280\]; classifier\.bias is \[10\]/));
  assert.equal(loadWeights(bytes, v2, { head: 'optional' }).size, parameters(v2).length - 2);
});

test('a file without a classifier fits when it is optional', () => {
  const bytes = file(zeros('mobilenetv2_100', 3, (tensors) => { tensors.delete('classifier.weight'); tensors.delete('classifier.bias'); }));
  assert.equal(loadWeights(bytes, v2, { head: 'optional' }).size, parameters(v2).length - 2);
  assert.throws(() => loadWeights(bytes, v2, { head: 'required' }), wrong(/classifier\.weight is missing/));
});

test('half a classifier is refused', () => {
  assert.throws(() => loadWeights(file(zeros('mobilenetv2_100', 3, (tensors) => tensors.delete('classifier.bias'))), v2, { head: 'optional' }), wrong(/classifier\.bias is missing/));
  assert.throws(() => loadWeights(file(zeros('mobilenetv2_100', 3, (tensors) => tensors.delete('classifier.weight'))), v2, { head: 'optional' }), wrong(/classifier\.bias does not belong/));
});

test('weights of another network are refused with its name and the first differences', () => {
  assert.throws(() => loadWeights(file(zeros('efficientnet_lite0', 1000)), v2, { head: 'optional' }),
    wrong(/^These weights are not for mobilenetv2_100: they look like tf_efficientnet_lite0 or efficientnet_lite0\. Differences: [^;]+; [^;]+; [^;]+; and \d+ more\. Choose tf_efficientnet_lite0 as the backbone, or another file\.$/));
});

test('a deeper network of the same family is refused although every expected tensor is there', () => {
  assert.throws(() => loadWeights(file(zeros('resnet34', 10)), variant('resnet18').build({ classes: 10 }), { head: 'required' }),
    wrong(/look like resnet34\. Differences: layer1\.2\.bn1\.bias does not belong to it/));
});

test('one missing, one misshapen and one foreign tensor are named', () => {
  const bytes = file(zeros('mobilenetv2_100', 3, (tensors) => {
    tensors.delete('bn1.weight');
    tensors.set('conv_stem.weight', { shape: [32, 1, 3, 3], data: new Float32Array(288) });
    tensors.set('extra', { shape: [1], data: new Float32Array(1) });
  }));
  assert.throws(() => loadWeights(bytes, v2, { head: 'required' }),
    wrong(/Differences: conv_stem\.weight is \[32, 1, 3, 3\] instead of \[32, 3, 3, 3\]; bn1\.weight is missing; extra does not belong to it\. Choose another file\.$/));
});

test('a file that is for nothing we know says so', () => {
  const bytes = file(new Map([['features.0.weight', { shape: [4, 3, 3, 3], data: new Float32Array(108) }]]));
  assert.throws(() => loadWeights(bytes, v2, { head: 'optional' }), wrong(/they look like no network that Fovea knows/));
});

test('a file that names a network which differs only in padding is believed', () => {
  const tensors = zeros('efficientnet_lite0', 3);
  const padded = variant('tf_efficientnet_lite0').build({ classes: 3 });
  assert.throws(() => loadWeights(file(tensors, { architecture: 'efficientnet_lite0' }), padded, { head: 'required' }),
    wrong(/their file says that they are for efficientnet_lite0\. Choose efficientnet_lite0 as the backbone/));
  assert.equal(loadWeights(file(tensors, { architecture: 'my own words' }), padded, { head: 'required' }).size, tensors.size);
});

test('counters of batch norms are no difference', () => {
  const bytes = file(zeros('mobilenetv2_100', 3, (tensors) => tensors.set('bn1.num_batches_tracked', { shape: [], data: Float32Array.of(5) })));
  assert.equal(loadWeights(bytes, v2, { head: 'required' }).has('bn1.num_batches_tracked'), false);
});
