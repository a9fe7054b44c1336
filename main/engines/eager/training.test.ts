// Losses and optimizers of the eager engine against PyTorch's numbers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { oracleFile, relativeDifference } from '../../../testdata/oracle/index.ts';
import { build } from '../../nets/index.ts';
import type { Optimizer } from '../engine.ts';
import type { LossTerm } from '../loss-terms.ts';
import * as wasm from './backends/wasm.ts';
import { lossOf } from './losses/index.ts';
import type { LossSource } from './losses/index.ts';
import { clipFactor, squaresOf, update } from './optimizer.ts';
import { onBackend, tensorsAlive } from './scope.ts';
import { State } from './state.ts';

await wasm.start();

interface TrainingOracle {
  readonly optimizers: { readonly runs: Readonly<Record<string, readonly (readonly [number, number])[]>> };
  readonly losses: {
    readonly logits: readonly number[];
    readonly target: readonly number[];
    readonly soft_target: readonly (readonly number[])[];
    readonly binary_logits: readonly number[];
    readonly binary_target: readonly number[];
    readonly runs: Readonly<Record<string, { readonly value: number; readonly grad_first6: readonly number[] }>>;
  };
}
const { optimizers, losses } = oracleFile('training.json') as TrainingOracle;

/** float32 against PyTorch's float64: ten roundings of 6e-8 each, and a margin. */
const TOLERANCE = 2e-6;

const oneHot = losses.target.flatMap((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
const smoothed = oneHot.map((t) => 0.9 * t + 0.1 / 3);
const classWeights = [1, 2, 0.5];
const weights = Float32Array.from(losses.target, (label) => classWeights[label]!);

const cases: readonly { readonly run: string; readonly kind: 'cross-entropy' | 'binary-cross-entropy'; readonly logits: readonly number[]; readonly target: readonly number[]; readonly classes: number; readonly weight?: Float32Array }[] = [
  { run: 'ce', kind: 'cross-entropy', logits: losses.logits, target: oneHot, classes: 3 },
  { run: 'ce label_smoothing=0.1', kind: 'cross-entropy', logits: losses.logits, target: smoothed, classes: 3 },
  { run: 'ce weight=[1,2,0.5] (sum of weighted losses / sum of weights)', kind: 'cross-entropy', logits: losses.logits, target: oneHot, classes: 3, weight: weights },
  { run: 'ce soft targets', kind: 'cross-entropy', logits: losses.logits, target: losses.soft_target.flat(), classes: 3 },
  { run: 'bce with logits', kind: 'binary-cross-entropy', logits: losses.binary_logits, target: losses.binary_target, classes: 1 },
  { run: 'bce with logits', kind: 'binary-cross-entropy', logits: losses.binary_logits, target: losses.binary_target, classes: 3 },
];

/** What terms on one output read. */
function source(logits: tf.Tensor, batch: LossSource['batch']): LossSource {
  const none = () => { throw new Error('no parameters'); };
  return { outputs: new Map([['out', logits]]), batch, parameter: none, constant: none };
}

for (const { run, kind, logits, target, classes, weight } of cases) {
  test(`${kind} and its gradient equal PyTorch's: ${run}, ${classes} per row`, () => {
    const expected = losses.runs[run]!;
    const shape = [logits.length / classes, classes];
    const { value, gradient } = onBackend('wasm', () => {
      const loss = lossOf([{ kind, logits: 'out', target: 't', coefficient: 1 }], source(tf.tensor([...logits], shape), {
        targets: new Map([['t', { shape, data: Float32Array.from(target) }]]), ...(weight && { weight }),
      }));
      return { value: loss.value.dataSync()[0]!, gradient: [...loss.gradients.get('out')!.dataSync()] };
    });
    assert.ok(Math.abs(value - expected.value) <= TOLERANCE * expected.value, `${value}`);
    assert.ok(relativeDifference(gradient.slice(0, 6), expected.grad_first6) <= TOLERANCE);
  });
}

test('two terms on the same logits add up, each times its coefficient', () => {
  const shape = [2, 2];
  const term = { kind: 'cross-entropy', logits: 'out', target: 't' } as const;
  const run = (terms: readonly LossTerm[]) => onBackend('wasm', () => {
    const loss = lossOf(terms, source(tf.tensor([1, 2, 3, -1], shape), { targets: new Map([['t', { shape, data: Float32Array.of(1, 0, 0, 1) }]]) }));
    return [loss.value.dataSync()[0]!, ...loss.gradients.get('out')!.dataSync()];
  });
  const once = run([{ ...term, coefficient: 1 }]);
  assert.ok(relativeDifference(run([{ ...term, coefficient: 0.5 }, { ...term, coefficient: 2 }]), once.map((value) => 2.5 * value)) <= TOLERANCE);
});

/** Parameters (a, b) as the one weight of a small network, to give the optimizer a name to key by. */
const network = build('two', [2], (b) => {
  const output = b.dense('d', 'input', 1);
  return { output, features: 'input', gradCam: 'input', skips: [], stages: [{ name: 'head', end: output }] };
});

const runs: readonly { readonly run: string; readonly optimizer: Optimizer; readonly learningRate: number; readonly weightDecay: number }[] = [
  { run: 'sgd lr=0.01', optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, learningRate: 0.01, weightDecay: 0 },
  { run: 'sgd lr=0.01 momentum=0.9', optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false }, learningRate: 0.01, weightDecay: 0 },
  { run: 'sgd lr=0.01 momentum=0.9 weight_decay=0.05', optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false }, learningRate: 0.01, weightDecay: 0.05 },
  { run: 'sgd lr=0.01 momentum=0.9 nesterov weight_decay=0.05', optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true }, learningRate: 0.01, weightDecay: 0.05 },
  { run: 'adamw lr=0.1 weight_decay=0.05 (decoupled)', optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 }, learningRate: 0.1, weightDecay: 0.05 },
];

for (const { run, optimizer, learningRate, weightDecay } of runs) {
  test(`five updates equal PyTorch's: ${run}`, () => {
    const state = new State(network);
    const before = tensorsAlive();
    onBackend('wasm', () => state.load(new Map([['d.weight', { shape: [1, 2], data: Float32Array.of(-0.5, 0.8) }]])));
    optimizers.runs[run]!.forEach((expected, i) => {
      const actual = onBackend('wasm', () => {
        const [a, b] = state.get('d.weight').dataSync() as unknown as [number, number];
        const gradient = tf.tensor([-2 * (1 - a) - 40 * a * (b - a * a), 20 * (b - a * a)], [2, 1]);
        update(state, 'd.weight', gradient, optimizer, { learningRate, weightDecay, step: i + 1 });
        return [...state.get('d.weight').dataSync()];
      });
      // The steep valley enlarges float32's rounding from step to step.
      assert.ok(relativeDifference(actual, expected) <= 1e-5, `step ${i + 1}: ${actual} instead of ${expected}`);
    });
    onBackend('wasm', () => state.close());
    assert.equal(tensorsAlive(), before);
  });
}

test('clipping scales all gradients together to the largest norm, and leaves smaller ones alone', () => {
  const factor = (largest: number) => onBackend('wasm', () => clipFactor(squaresOf(tf.tensor([3, 0])) + squaresOf(tf.tensor([[4]])), largest));
  assert.ok(Math.abs(factor(1) - 1 / (5 + 1e-6)) < 1e-9);
  assert.equal(factor(10), 1);
});
