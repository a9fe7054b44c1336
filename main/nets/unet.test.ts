// U-Nets as data: sizes and names against the oracle and the paper, and the places where a frozen encoder is parted from what is trained.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oracleFile } from '../../testdata/oracle/index.ts';
import { StudioError } from '#contract/errors.ts';
import { behind, count, crossing, originalUnet, parameters, shapes, unet, upTo, variant } from './index.ts';
import { segmenter, segmenters } from './segmenters.ts';

const { models } = oracleFile('unet.json') as { models: Readonly<Record<string, { readonly input: number; readonly params: number; readonly encoder: readonly (readonly [readonly number[]])[] }>> };

for (const [name, { input, params, encoder }] of Object.entries(models)) {
  const network = unet(variant(name.slice('unet_'.length)).build({ classes: 10, inputSize: [input, input] }), { classes: 2 });

  test(`${name} has as many parameters as segmentation_models_pytorch's`, () => assert.equal(count(network).parameters, params));

  test(`${name} taps the encoder's levels of strides 2 to 32`, () => {
    const known = shapes(network);
    assert.deepEqual(network.skips.map((id) => known.get(id)), encoder.slice(1).map(([[channels, height, width]]) => [height, width, channels]));
  });

  test(`${name} has the parameter names of segmentation_models_pytorch in its decoder`, () => {
    const names = new Set(parameters(network).map((parameter) => parameter.name));
    for (let i = 0; i < 5; i++) for (const conv of ['conv1', 'conv2']) for (const part of ['0.weight', '1.weight', '1.bias', '1.running_mean', '1.running_var']) {
      assert.ok(names.delete(`decoder.blocks.${i}.${conv}.${part}`));
    }
    for (const part of ['weight', 'bias']) assert.ok(names.delete(`segmentation_head.0.${part}`));
    assert.ok([...names].every((one) => one.startsWith('encoder.') || one.startsWith('decoder.center.')));
  });

  test(`the frozen encoder of ${name} hands over its skips and nothing else`, () => {
    const encoderStages = network.stages.length - 2;
    assert.deepEqual(crossing(network, encoderStages), network.skips);
    const rest = behind(network, encoderStages);
    assert.deepEqual(shapes(rest).get(rest.output), shapes(network).get(network.output));
    assert.deepEqual(rest.stages.map((stage) => stage.name), ['decoder', 'head']);
    assert.deepEqual([...parameters(upTo(network, network.skips.at(-1)!)), ...parameters(rest)].map((one) => one.name), parameters(network).map((one) => one.name));
  });
}

test('a network parted behind its first stages trains the others', () => {
  const network = unet(variant('resnet18').build({ classes: 1, inputSize: [64, 64] }), { classes: 3 });
  assert.deepEqual(crossing(network, 2), ['encoder.act1', 'encoder.layer1.1.act2']);
  assert.deepEqual(behind(network, 2).stages.map((stage) => stage.name), ['layer2', 'layer3', 'layer4', 'decoder', 'head']);
});

test('the original U-Net has the maps of the paper\'s figure 1', () => {
  const network = originalUnet({ classes: 2, input: [572, 572, 1], width: 64, padding: 'valid', norms: false });
  const known = shapes(network);
  const at = (id: string) => known.get(id)!;
  assert.deepEqual(['down0.act2', 'down1.act2', 'down2.act2', 'down3.act2', 'down4.act2'].map(at), [[568, 568, 64], [280, 280, 128], [136, 136, 256], [64, 64, 512], [28, 28, 1024]]);
  assert.deepEqual(['up3.up', 'up3.join', 'up3.act2', 'up2.act2', 'up1.act2', 'up0.act2'].map(at), [[56, 56, 512], [56, 56, 1024], [52, 52, 512], [100, 100, 256], [196, 196, 128], [388, 388, 64]]);
  assert.deepEqual(at(network.output), [388, 388, 2]);
});

/** Every layer of figure 1 by hand: two 3x3 convolutions per level and direction, a 2x2 up-convolution between levels, a 1x1 at the end. */
function parametersOfThePaper(width: number, channels: number, classes: number, norms: boolean): number {
  const of = (level: number) => width * 2 ** level;
  const conv = (from: number, to: number) => 9 * from * to + (norms ? 2 : 1) * to;
  let sum = width * classes + classes;
  for (let level = 0; level < 5; level++) sum += conv(level === 0 ? channels : of(level - 1), of(level)) + conv(of(level), of(level));
  for (let level = 0; level < 4; level++) sum += 4 * of(level + 1) * of(level) + of(level) + conv(2 * of(level), of(level)) + conv(of(level), of(level));
  return sum;
}

for (const [width, padding, norms] of [[64, 'valid', false], [16, 'same', true], [32, 'same', false]] as const) {
  test(`the original U-Net of width ${width}, ${padding} padding and ${norms ? 'with' : 'without'} norms has as many parameters as counted by hand`, () => {
    const network = originalUnet({ classes: 2, input: padding === 'valid' ? [188, 188, 1] : [64, 64, 1], width, padding, norms });
    assert.equal(count(network).parameters, parametersOfThePaper(width, 1, 2, norms));
  });
}

test('every backbone with skips carries a decoder that gives a map as large as its input', () => {
  const list = segmenters();
  assert.ok(list.length > 20);
  for (const one of list) {
    const network = one.build({ classes: 4, inputSize: [64, 96] });
    assert.deepEqual(shapes(network).get(network.output), [64, 96, 4], one.id);
  }
});

test('a backbone without skips is refused with a sentence that names others', () => {
  assert.throws(() => segmenter('alexnet'), (error: unknown) => error instanceof StudioError && error.code === 'refused' && error.message.includes('resnet18'));
});

test('an input that does not halve exactly is refused', () => {
  assert.throws(() => segmenter('resnet18').build({ classes: 2, inputSize: [100, 100] }), (error: unknown) => error instanceof StudioError && error.key === 'network.odd-maps');
});
