// One step of SGD equals PyTorch's: loss, gradients, moved batch statistics, and the loss after the step.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Network } from '../../nets/graph.ts';
import { parameters, variant, variants } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { derived, gradients, labelRows, oraclePictures, oracleValues, relativeDifference, smoothGradients, smoothTwin } from '../../../testdata/oracle/index.ts';
import type { GradientCase, StepCase } from '../../../testdata/oracle/index.ts';
import { native } from './testing/native.ts';

const found = await native();

interface Tolerances {
  readonly loss: number;
  /** L2 norm of all gradients together, and of single ones. */
  readonly all: number;
  readonly single: number;
  /** Numbers of a gradient against the largest of them; null where kinks move them. */
  readonly values: number | null;
  readonly lossAfterStep: number;
}

/** Nothing flips across a kink: the oracle's README asks for this of any engine. */
const strict: Tolerances = { loss: 1e-4, all: 1e-4, single: 1e-4, values: 1e-4, lossAfterStep: 1e-4 };

/**
 * ReLU and max pooling fall on the other side of their kinks for single numbers (README, section 4b). The loss after a step follows the gradients.
 * Batch statistics over two pictures spread such a flip over a whole channel: there the loss itself has section 4's tolerance.
 * The slope of hard-swish jumps by a half, not from 0 to 1, but deep in the network: one number of MobileNet v3 small (blocks.4.2.bn1, -3.0000007) moves the norm of all gradients by 3e-3.
 */
function kinked(network: Network, batchStatistics: boolean): Tolerances {
  const clipped = network.nodes.some((node) => node.op === 'act' && node.fn === 'relu6');
  const wide = clipped && batchStatistics;
  const jumping = network.nodes.some((node) => node.op === 'act' && node.fn === 'hardswish');
  return { loss: wide ? 1e-4 : 1e-5, all: wide || jumping ? 5e-3 : 1e-3, single: wide ? 5e-2 : 1e-2, values: null, lossAfterStep: wide ? 1e-2 : 1e-3 };
}

describe('a training step on the tensorflow engine', { skip: found.skip }, () => {
  for (const { id, build } of variants) {
    const smooth = smoothGradients[id];
    const plain = gradients[id];
    const make = (size: number) => build({ classes: 10, inputSize: [size, size] });
    if (smooth) everyMode(`the smooth twin of ${id}`, smoothTwin(make(smooth.input)), smooth, () => strict);
    // Smooth already: all its activations are SiLU, and nothing is pooled by maximum.
    // DenseNet's many nodes take a minute: its smooth twin, the stricter check, is enough.
    if (plain && !(smooth && id.startsWith('densenet'))) everyMode(id, make(plain.input), plain, (network, batch) => (isSmooth(network) ? strict : kinked(network, batch)));
  }
  for (const [id, { from, derive }] of Object.entries(derived)) {
    const make = (size: number) => derive(variant(from).build({ classes: 10, inputSize: [size, size] }));
    const smooth = smoothGradients[id]!, plain = gradients[id]!;
    everyMode(`the smooth twin of ${id}`, smoothTwin(make(smooth.input)), smooth, () => strict);
    everyMode(id, make(plain.input), plain, kinked);
  }
});

function isSmooth(network: Network): boolean {
  return network.nodes.every((node) => node.op !== 'maxPool' && !(node.op === 'act' && node.fn !== 'silu' && node.fn !== 'sigmoid'));
}

function everyMode(title: string, network: Network, gradientCase: GradientCase, tolerances: (network: Network, batchStatistics: boolean) => Tolerances): void {
  const { bn_eval, bn_train, no_bn } = gradientCase;
  if (bn_eval) test(`of ${title} equals PyTorch's with stored batch statistics`, () => check(network, gradientCase, bn_eval, false, tolerances(network, false)));
  if (no_bn) test(`of ${title} equals PyTorch's`, () => check(network, gradientCase, no_bn, false, tolerances(network, false)));
  if (bn_train) test(`of ${title} equals PyTorch's with batch statistics`, () => check(network, gradientCase, bn_train, true, tolerances(network, true)));
}

async function check(network: Network, { input, bn_s }: GradientCase, expected: StepCase, batchStatistics: boolean, tolerances: Tolerances): Promise<void> {
  if (found.skip !== false) return;
  const trainer = await found.engine.trainer!({
    network, precision: 'float32',
    groups: new Map(parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => [name, 0])),
    batchStatistics: new Set(batchStatistics ? network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id) : []),
    loss: [{ kind: 'cross-entropy', logits: network.output, target: 'class', coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum: 0, nesterov: false },
  });
  try {
    const values = oracleValues(network, bn_s);
    await trainer.load(values, { fresh: true });
    const batch = { input: oraclePictures(2, input), targets: new Map([['class', labelRows()]]), seed: [1, 2] } as const;
    const rates = { learningRate: [expected.lr], weightDecay: [0] };
    const { loss, gradients: own } = await trainer.gradients(batch);
    near('loss', loss, expected.loss, tolerances.loss);
    near('norm of all gradients', Math.hypot(...[...own.values()].map(({ data }) => norm(data))), expected.grad_norm, tolerances.all);
    for (const [name, [length, first]] of Object.entries(expected.grads)) {
      const { data } = own.get(name)!;
      near(`norm of the gradient of ${name}`, norm(data), length, tolerances.single);
      if (tolerances.values !== null) assert.ok(relativeDifference(data.subarray(0, 4), first) <= tolerances.values, `gradient of ${name} starts with ${data.subarray(0, 4)}, not ${first}`);
    }
    near('loss of the step', (await trainer.step(batch, rates)).loss, expected.loss, tolerances.loss);
    checkStatistics(values, await trainer.save({ slots: false }), expected);
    near('loss after the step', (await trainer.step(batch, rates)).loss, expected.loss_after_step, tolerances.lossAfterStep);
  } finally {
    await trainer.close();
  }
}

/** Stored statistics stay bit for bit; batch statistics move them as PyTorch does. */
function checkStatistics(before: TensorMap, after: TensorMap, { bn_after_first_forward: moved }: StepCase): void {
  if (!moved) {
    for (const [name, { data }] of before) if (name.includes('.running_')) assert.deepEqual(after.get(name)!.data, data, name);
    return;
  }
  for (const [norm, statistics] of Object.entries(moved)) {
    for (const [part, expected] of Object.entries(statistics)) {
      const difference = relativeDifference(after.get(`${norm}.${part}`)!.data.subarray(0, 4), expected);
      assert.ok(difference <= 1e-4, `${norm}.${part} differs by ${difference}`);
    }
  }
}

function norm(data: Float32Array): number {
  let sum = 0;
  for (const x of data) sum += x * x;
  return Math.sqrt(sum);
}

function near(what: string, actual: number, expected: number, tolerance: number): void {
  const difference = Math.abs(actual - expected) / Math.abs(expected);
  assert.ok(difference <= tolerance, `${what}: ${actual} instead of ${expected}, off by ${difference.toExponential(1)}`);
}
