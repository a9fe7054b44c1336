// Every rule against finite differences of the loss, in networks of a few nodes, on wasm and on plain JavaScript.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { build, parameters, type Builder } from '../../../nets/index.ts';
import type { Network, NodeId } from '../../../nets/graph.ts';
import { initialValues } from '../../../nets/initial.ts';
import { stream } from '../../../random.ts';
import type { TensorMap } from '../../../tensor.ts';
import type { Batch, Engine } from '../../engine.ts';
import { openEagerEngine } from '../engine.ts';

/** Adds the nodes under test between a first convolution, whose gradient has to flow through them, and a classifier. */
type Middle = (b: Builder, x: NodeId) => NodeId;

const conv = (options: Partial<Parameters<Builder['conv']>[2]>): Middle => (b, x) => b.conv('c', x, { filters: 5, kernel: 3, pad: 1, bias: true, ...options });
const depthwise = (options: Partial<Parameters<Builder['conv']>[2]>): Middle => (b, x) => conv({ groups: 'depthwise', filters: b.channels(x), ...options })(b, x);

const smooth: Readonly<Record<string, Middle>> = {
  'conv 3x3': conv({}),
  'conv 1x1': conv({ kernel: 1, pad: 0 }),
  'conv 1x1 to fewer channels': conv({ kernel: 1, pad: 0, filters: 2 }),
  'conv 1x1 with stride 2 on an odd map': conv({ kernel: 1, pad: 0, stride: 2 }),
  'conv 3x3 with stride 2 and symmetric padding': conv({ stride: 2 }),
  'conv 3x3 with stride 2 and TensorFlow padding': conv({ stride: 2, pad: 'same' }),
  'conv 5x3 without bias, four different margins': conv({ kernel: [5, 3], pad: [0, 2, 1, 3], bias: false }),
  'conv with dilation 2': conv({ dilation: 2, pad: 2 }),
  'conv without padding, stride 3': conv({ pad: 0, stride: 3 }),
  'depthwise 3x3': depthwise({}),
  'depthwise 5x5 with stride 2 and TensorFlow padding': depthwise({ kernel: 5, stride: 2, pad: 'same' }),
  'depthwise 3x3 with stride 2 and symmetric padding': depthwise({ stride: 2 }),
  'depthwise with dilation 2': depthwise({ dilation: 2, pad: 2, bias: false }),
  'transposed conv': (b, x) => b.convTranspose('c', x, { filters: 3, kernel: 2, bias: true }),
  norm: (b, x) => b.norm('n', x, { eps: 1e-3 }),
  'norm of vectors': (b, x) => b.norm('n', b.dense('d', b.flatten('f', x), 6)),
  silu: (b, x) => b.act('a', x, 'silu'),
  sigmoid: (b, x) => b.act('a', x, 'sigmoid'),
  'average pool, overlapping, padded': (b, x) => b.avgPool('p', x, { kernel: 3, stride: 2, pad: 1 }),
  'pool to overlapping cells': (b, x) => b.adaptivePool('p', x, [3, 4]),
  'pool to more cells than pixels': (b, x) => conv({})(b, b.adaptivePool('p', x, [8, 9])),
  'global pool': (b, x) => b.globalPool('p', x),
  'squeeze-and-excitation gate': (b, x) => b.mul('m', x, b.act('s', b.conv('e', b.globalPool('g', x, { keepDims: true }), { filters: b.channels(x), kernel: 1, pad: 0, bias: true }), 'sigmoid')),
  'product of two maps': (b, x) => b.mul('m', x, b.act('s', x, 'silu')),
  'sum of three': (b, x) => b.add('a', [x, b.act('s', x, 'silu'), x]),
  concatenation: (b, x) => b.concat('j', [b.act('s', x, 'sigmoid'), conv({})(b, x)]),
  'resize to nearest': (b, x) => b.resize('r', x, { factor: 3, method: 'nearest' }),
  'resize bilinear': (b, x) => conv({})(b, b.resize('r', x, { factor: 2, method: 'bilinear' })),
  'zero padding': (b, x) => conv({ pad: 0 })(b, b.pad('p', x, [1, 0, 2, 1])),
  'padding with channels of zeros': (b, x) => conv({})(b, b.pad('p', x, [0, 1, 0, 0], 3)),
  'cutting off edges': (b, x) => conv({})(b, b.crop('p', x, [1, 0, 2, 1])),
  'a map out of a vector': (b, x) => conv({})(b, b.part('p', b.dense('d', b.flatten('f', x), 20), 3, [2, 4, 2])),
  'flatten and dense': (b, x) => b.dense('d', b.flatten('f', x), 4),
  dropout: (b, x) => b.dropout('d', x, 0.4),
};

/** With a kink a finite difference is right only where nothing crosses it, so these get steps of a thousandth. */
const kinked: Readonly<Record<string, Middle>> = {
  relu: (b, x) => b.act('a', x, 'relu'),
  relu6: (b, x) => b.act('a', b.norm('n', x), 'relu6'),
  hardswish: (b, x) => b.act('a', x, 'hardswish'),
  hardsigmoid: (b, x) => b.act('a', x, 'hardsigmoid'),
  'max pool, overlapping, padded': (b, x) => b.maxPool('p', x, { kernel: 3, stride: 2, pad: 1 }),
  'max pool with TensorFlow padding': (b, x) => b.maxPool('p', x, { kernel: 3, stride: 2, pad: 'same' }),
};

function network(middle: Middle): Network {
  return build('small', [7, 9, 3], (b) => {
    const x = middle(b, b.conv('first', 'input', { filters: 4, kernel: 3, pad: 1, bias: true }));
    const features = b.shape(x).length === 3 ? b.globalPool('pool', x) : x;
    const output = b.dense('classifier', features, 3);
    return { output, features, gradCam: 'first', skips: [], stages: [{ name: 'all', end: features }, { name: 'head', end: output }] };
  });
}

const random = stream(3, 'rules');
const batch: Batch = {
  input: { shape: [4, 7, 9, 3], data: Float32Array.from({ length: 4 * 7 * 9 * 3 }, (_, i) => random.normal(i)) },
  targets: new Map([['class', { shape: [4, 3], data: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.3, 0.5]) }]]),
  weight: Float32Array.from([1, 2, 0.5, 1]),
  seed: [5, 6],
};

/** Values away from the symmetric start, so that no gradient vanishes. */
function startingValues(net: Network): TensorMap {
  return new Map([...initialValues(net, 1, { head: 'uniform' })].map(([name, { shape, data }]) => {
    const draw = stream(2, name);
    return [name, { shape, data: data.map((value, i) => value + (name.endsWith('running_var') ? 0.5 * draw.uniform(i) : 0.3 * draw.normal(i))) }];
  }));
}

/**
 * Compares every parameter's gradient with the slope of the loss along the gradient itself and along a random direction.
 * Float32 losses near 1 carry errors of 1e-7, over steps of 2e-2 (or 2e-3) that is 5e-6 (5e-5); the curvature adds its share.
 */
async function check(engine: Engine, net: Network, batchStatistics: boolean, step: number): Promise<void> {
  const weights = parameters(net).filter(({ role }) => role === 'weight');
  const trainer = await engine.trainer!({
    network: net, groups: new Map(weights.map(({ name }) => [name, 0])),
    batchStatistics: new Set(batchStatistics ? net.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id) : []),
    loss: [{ kind: 'cross-entropy', logits: net.output, target: 'class', coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, precision: 'float32',
  });
  const values = startingValues(net);
  await trainer.load(values, { fresh: true });
  const { gradients } = await trainer.gradients(batch);
  assert.deepEqual([...gradients.keys()].sort(), weights.map(({ name }) => name).sort());
  for (const { name, shape } of weights) {
    const gradient = gradients.get(name)!.data;
    const draw = stream(4, name);
    const norm = (vector: Float32Array) => Math.hypot(...vector) || 1;
    for (const raw of [gradient, gradient.map((_, i) => draw.normal(i))]) {
      const direction = raw.map((value) => value / norm(raw));
      const moved = async (by: number) => {
        await trainer.load(new Map([[name, { shape, data: values.get(name)!.data.map((value, i) => value + by * direction[i]!) }]]), { fresh: false });
        return (await trainer.gradients(batch)).loss;
      };
      const slope = (await moved(step) - await moved(-step)) / (2 * step);
      const expected = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      assert.ok(Math.abs(slope - expected) <= 2e-4 + 5e-3 * Math.abs(expected), `${name}: slope ${slope}, gradient ${expected}`);
    }
    await trainer.load(new Map([[name, values.get(name)!]]), { fresh: false });
  }
  await trainer.close();
}

for (const kind of ['wasm', 'cpu'] as const) {
  const engine = await openEagerEngine({ kind });
  after(() => engine.close());
  for (const [rules, step] of [[smooth, 1e-2], [kinked, 1e-3]] as const) {
    for (const [name, middle] of Object.entries(rules)) {
      test(`${kind}: the gradients of a network with ${name} are the slopes of its loss`, async () => {
        const net = network(middle);
        await check(engine, net, false, step);
        if (net.nodes.some(({ op }) => op === 'norm')) await check(engine, net, true, step);
        assert.equal(engine.liveTensors(), 0);
      });
    }
  }
}
