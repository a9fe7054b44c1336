// The engines agree: the same network, values and batch give the same outputs, loss, gradients and first updates on all of them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { labelRows, oraclePictures, oracleValues, relativeDifference, smoothTwin } from '../../testdata/oracle/index.ts';
import { homeFolder } from '../home.ts';
import { build, parameters, variant } from '../nets/index.ts';
import type { Network } from '../nets/graph.ts';
import { initialValues } from '../nets/initial.ts';
import { stream } from '../random.ts';
import type { TensorMap } from '../tensor.ts';
import type { Batch, Engine, Optimizer, Trainer, TrainerSpec } from './engine.ts';
import { openEngine } from './index.ts';
import { locatePack } from './pack.ts';

/** What float32 leaves of agreement between two orders of summation, with a margin of ten: no activation here has a kink. */
const TOLERANCE = 1e-4;

const home = homeFolder();
const { pack, reason } = await locatePack(home);
const withoutPack = pack === null ? `no tensorflow engine pack: ${reason}` : false;

async function opened(id: 'tensorflow' | 'wasm' | 'onnx'): Promise<Engine> {
  const { engine } = await openEngine({ engine: id, purpose: 'infer', home, threads: 1, precision: 'float32' });
  after(() => engine.close());
  return engine;
}
const wasm = await opened('wasm'), onnx = await opened('onnx');
const tensorflow = pack === null ? null : await opened('tensorflow');

/** Every kind of node, in a small smooth network. */
const everyKind: Network = build('every-kind', [16, 12, 3], (b) => {
  const stem = b.act('stem.act', b.norm('stem.norm', b.conv('stem', 'input', { filters: 8, kernel: 3, stride: 2, pad: 'same' })), 'silu');
  const deep = b.norm('deep.norm', b.conv('deep.pw', b.act('deep.act', b.conv('deep.dw', b.pad('deep.pad', stem, [1, 0, 0, 1]), { filters: 8, kernel: 3, stride: 2, pad: 0, groups: 'depthwise', bias: true }), 'sigmoid'), { filters: 6, kernel: 1, pad: 0 }));
  const near = b.resize('near', deep, { factor: 2, method: 'nearest' }), up = b.convTranspose('up', deep, { filters: 5, kernel: 2, bias: true });
  const pooled = b.avgPool('pool', b.concat('join', [near, up]), { kernel: 3, stride: 1, pad: 1 });
  const gate = b.act('gate.act', b.conv('gate', b.globalPool('gate.pool', pooled, { keepDims: true }), { filters: 11, kernel: 1, pad: 0, bias: true }), 'sigmoid');
  const gated = b.mul('gated', pooled, gate);
  const sum = b.add('sum', [gated, b.conv('side', pooled, { filters: 11, kernel: 3, pad: 2, dilation: 2 })]);
  const low = b.avgPool('low', b.maxPool('max', sum, { kernel: 2, stride: 2, pad: 0 }), { kernel: 2, stride: 1, pad: 0 });
  const features = b.act('hidden.act', b.dense('hidden', b.flatten('flat', b.conv('squeeze', b.resize('soft', low, { factor: 2, method: 'bilinear' }), { filters: 2, kernel: 1, pad: 0 })), 7), 'silu');
  const output = b.dense('classifier', b.dropout('drop', features, 0), 10);
  return { output, features, gradCam: 'soft', skips: [stem], stages: [{ name: 'stem', end: stem }, { name: 'body', end: features }, { name: 'head', end: output }] };
});

interface Case {
  readonly network: Network;
  readonly values: TensorMap;
  readonly batch: Batch;
}

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

/** A backbone as its smooth twin on the oracle's pictures, whose norms see activations of unit size. */
function backboneCase(id: string, size: number): Case {
  const network = smoothTwin(variant(id).build({ classes: 10, inputSize: [size, size] }));
  const norms = network.nodes.filter(({ op }) => op === 'norm').length;
  return { network, values: oracleValues(network, Array.from({ length: norms }, () => 1)), batch: { input: oraclePictures(2, size), targets: new Map([['class', labelRows()]]), seed: [0, 0] } };
}

const cases: Readonly<Record<string, () => Case>> = {
  'a network with every kind of node': everyKindCase,
  'the smooth twin of resnet18': () => backboneCase('resnet18', 64),
  'the smooth twin of mobilenetv2_100': () => backboneCase('mobilenetv2_100', 96),
  'the smooth twin of tf_efficientnet_lite0': () => backboneCase('tf_efficientnet_lite0', 96),
  efficientnet_b0: () => backboneCase('efficientnet_b0', 96),
};

function spec({ network }: Case, batchStatistics: boolean, options: Partial<TrainerSpec> = {}): TrainerSpec {
  return {
    network, precision: 'float32',
    groups: new Map(parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => [name, 0])),
    batchStatistics: new Set(batchStatistics ? network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id) : []),
    loss: [{ kind: 'cross-entropy', logits: network.output, target: 'class', coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true }, ...options,
  };
}

async function loaded(engine: Engine, one: Case, trainerSpec: TrainerSpec): Promise<Trainer> {
  const trainer = await engine.trainer!(trainerSpec);
  await trainer.load(one.values, { fresh: true });
  return trainer;
}

const length = (data: Iterable<number>) => Math.hypot(...data);

/** Largest distance between two maps of tensors, each tensor against the longer of its own length and a thousandth of all together: gradients that are zero by construction are noise. */
function distance(actual: TensorMap, expected: TensorMap): number {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  const norm = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  const all = length([...expected.values()].map(({ data }) => norm(data)));
  return Math.max(...[...expected].map(([name, { data }]) => {
    const other = actual.get(name)!.data;
    return norm(data.map((value, i) => value - other[i]!)) / Math.max(norm(data), 1e-3 * all);
  }));
}

for (const [title, make] of Object.entries(cases)) {
  test(`onnx, wasm and tensorflow give the same outputs: ${title}`, async () => {
    const { network, values, batch } = make();
    const outputs = [network.output, network.features, network.gradCam];
    const run = async (engine: Engine) => {
      const runner = await engine.runner({ network, values, outputs, precision: 'float32' });
      const result = await runner.run(batch.input);
      await runner.close();
      return result;
    };
    const expected = await run(onnx);
    for (const engine of [wasm, ...(tensorflow ? [tensorflow] : [])]) {
      const actual = await run(engine);
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
