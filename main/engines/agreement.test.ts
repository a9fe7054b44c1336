// The engines agree: the same network, values and batch give the same outputs, loss, gradients and first updates on all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeDifference } from '../../testdata/oracle/index.ts';
import type { Network } from '../nets/graph.ts';
import { build, parameters } from '../nets/index.ts';
import { initialValues } from '../nets/initial.ts';
import { stream } from '../random.ts';
import type { Optimizer } from './engine.ts';
import { distance, loaded, openEngines, outputsOf, smallCase, spec } from './testing/twins.ts';
import type { Case } from './testing/twins.ts';

/** What float32 leaves of agreement between two orders of summation, with a margin of ten: no activation here has a kink. */
const TOLERANCE = 1e-4;

const { wasm, onnx, tensorflow, withoutPack } = await openEngines();

/** Every kind of node, in a small smooth network. */
const everyKind: Network = build('every-kind', [16, 12, 3], (b) => {
  const stem = b.act('stem.act', b.norm('stem.norm', b.conv('stem', 'input', { filters: 8, kernel: 3, stride: 2, pad: 'same' })), 'silu');
  const deep = b.norm('deep.norm', b.conv('deep.pw', b.act('deep.act', b.conv('deep.dw', b.pad('deep.pad', stem, [1, 0, 0, 1]), { filters: 8, kernel: 3, stride: 2, pad: 0, groups: 'depthwise', bias: true }), 'sigmoid'), { filters: 6, kernel: 1, pad: 0 }));
  const near = b.resize('near', deep, { factor: 2, method: 'nearest' }), up = b.convTranspose('up', deep, { filters: 5, kernel: 2, bias: true });
  const pooled = b.avgPool('pool', b.concat('join', [near, up]), { kernel: 3, stride: 1, pad: 1 });
  const gate = b.act('gate.act', b.conv('gate', b.globalPool('gate.pool', pooled, { keepDims: true }), { filters: 11, kernel: 1, pad: 0, bias: true }), 'sigmoid');
  const gated = b.mul('gated', pooled, gate);
  const sum = b.add('sum', [gated, b.conv('side', pooled, { filters: 11, kernel: 3, pad: 2, dilation: 2 })]);
  const low = b.adaptivePool('cells', b.pad('wide', b.avgPool('low', b.maxPool('max', sum, { kernel: 2, stride: 2, pad: 0 }), { kernel: 2, stride: 1, pad: 0 }), [0, 1, 0, 0], 2), [3, 2]);
  const features = b.act('hidden.act', b.dense('hidden', b.flatten('flat', b.conv('squeeze', b.resize('soft', low, { factor: 2, method: 'bilinear' }), { filters: 2, kernel: 1, pad: 0 })), 7), 'silu');
  const output = b.dense('classifier', b.dropout('drop', features, 0), 10);
  return { output, features, gradCam: 'soft', skips: [stem], stages: [{ name: 'stem', end: stem }, { name: 'body', end: features }, { name: 'head', end: output }] };
});

function everyKindCase(): Case {
  const draw = stream(1, 'agreement');
  const values = new Map([...initialValues(everyKind, 5, { head: 'uniform' })].map(([name, { shape, data }]) => {
    const noise = stream(6, name);
    return [name, { shape, data: data.map((value, i) => value + 0.1 * noise.uniform(i)) }];
  }));
  return {
    network: everyKind, values,
    batch: {
      input: { shape: [3, 16, 12, 3], data: Float32Array.from({ length: 3 * 576 }, (_, i) => draw.normal(i)) },
      targets: new Map([['class', { shape: [3, 10], data: Float32Array.from({ length: 30 }, (_, i) => (i % 11 === 0 ? 0.91 : 0.01)) }]]),
      weight: Float32Array.of(1, 2, 0.5), seed: [1, 2],
    },
  };
}

const cases: Readonly<Record<string, () => Case>> = {
  'a network with every kind of node': everyKindCase,
  'the smooth twin of resnet18': () => smallCase('resnet18', 64, { smooth: true }),
  'the smooth twin of mobilenetv2_100': () => smallCase('mobilenetv2_100', 96, { smooth: true }),
  'the smooth twin of tf_efficientnet_lite0': () => smallCase('tf_efficientnet_lite0', 96, { smooth: true }),
  efficientnet_b0: () => smallCase('efficientnet_b0', 96, { smooth: false }),
};

for (const [title, make] of Object.entries(cases)) {
  test(`onnx, wasm and tensorflow give the same outputs: ${title}`, async () => {
    const one = make(), { network } = one;
    const outputs = [network.output, network.features, network.gradCam];
    const expected = await outputsOf(onnx, one, outputs);
    for (const engine of [wasm, ...(tensorflow ? [tensorflow] : [])]) {
      const actual = await outputsOf(engine, one, outputs);
      for (const id of outputs) {
        assert.deepEqual(actual.get(id)!.shape, expected.get(id)!.shape);
        assert.ok(relativeDifference(actual.get(id)!.data, expected.get(id)!.data) <= TOLERANCE, `${engine.id}, ${id}`);
      }
    }
  });

  for (const batchStatistics of [false, true]) {
    test(`wasm and tensorflow agree on loss and gradients with ${batchStatistics ? 'batch' : 'stored'} statistics: ${title}`, { skip: withoutPack }, async () => {
      const one = make();
      const [ours, theirs] = await Promise.all([wasm, tensorflow!].map((engine) => loaded(engine, one, spec(one, batchStatistics))));
      const actual = await ours!.gradients(one.batch), expected = await theirs!.gradients(one.batch);
      assert.ok(Math.abs(actual.loss - expected.loss) <= TOLERANCE * Math.abs(expected.loss), `losses ${actual.loss} and ${expected.loss}`);
      assert.ok(distance(actual.gradients, expected.gradients) <= TOLERANCE, `gradients differ by ${distance(actual.gradients, expected.gradients)}`);
      await ours!.close();
      await theirs!.close();
    });
  }
}

const optimizers: Readonly<Record<string, Optimizer>> = {
  'SGD with Nesterov momentum': { kind: 'sgd', momentum: 0.9, nesterov: true },
  AdamW: { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-3 },
};

for (const [name, optimizer] of Object.entries(optimizers)) {
  test(`wasm and tensorflow move parameters, statistics and slots alike in three clipped steps of ${name}, and leave the frozen ones`, { skip: withoutPack }, async () => {
    const one = everyKindCase();
    const frozen = (parameter: string) => parameter.startsWith('stem');
    const all = parameters(one.network).filter(({ role }) => role === 'weight').map(({ name: parameter }) => parameter);
    const trainerSpec = spec(one, false, {
      optimizer, clipNorm: 0.5, batchStatistics: new Set(['deep.norm']),
      groups: new Map(all.filter((parameter) => !frozen(parameter)).map((parameter) => [parameter, parameter.startsWith('classifier') ? 1 : 0])),
    });
    const [ours, theirs] = await Promise.all([wasm, tensorflow!].map((engine) => loaded(engine, one, trainerSpec)));
    for (let step = 0; step < 3; step++) {
      const rates = { learningRate: [0.01 * (step + 1), 0.1], weightDecay: [0.05, 0] };
      const [actual, expected] = [await ours!.step(one.batch, rates), await theirs!.step(one.batch, rates)];
      assert.ok(Math.abs(actual.loss - expected.loss) <= TOLERANCE * Math.abs(expected.loss), `step ${step}`);
      assert.ok(relativeDifference(actual.logits.data, expected.logits.data) <= TOLERANCE);
    }
    const [actual, expected] = [await ours!.save({ slots: true }), await theirs!.save({ slots: true })];
    assert.ok(distance(actual, expected) <= TOLERANCE, `differ by ${distance(actual, expected)}`);
    for (const trainer of [actual, expected]) for (const parameter of all.filter(frozen)) assert.deepEqual(trainer.get(parameter)!.data, one.values.get(parameter)!.data);
    await ours!.close();
    await theirs!.close();
  });
}

test('wasm and tensorflow agree on binary cross-entropy, also in a sum of terms', { skip: withoutPack }, async () => {
  const one = everyKindCase();
  const loss = [
    { kind: 'binary-cross-entropy', logits: 'classifier', target: 'class', coefficient: 0.7 },
    { kind: 'cross-entropy', logits: 'classifier', target: 'class', coefficient: 0.3 },
  ] as const;
  const [ours, theirs] = await Promise.all([wasm, tensorflow!].map((engine) => loaded(engine, one, spec(one, true, { loss }))));
  const actual = await ours!.gradients(one.batch), expected = await theirs!.gradients(one.batch);
  assert.ok(Math.abs(actual.loss - expected.loss) <= TOLERANCE * expected.loss);
  assert.ok(distance(actual.gradients, expected.gradients) <= TOLERANCE);
  await ours!.close();
  await theirs!.close();
});
