import { deepEqual, ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { balancedWeights, lossValue, probabilitiesOf, shareRight, targetsOf } from './losses.ts';
import type { LossKind, Targets } from './losses.ts';

// Values and gradients by PyTorch; see testdata/oracle/README.md.
const { losses } = JSON.parse(readFileSync(new URL('../../testdata/oracle/training.json', import.meta.url), 'utf8')) as { // our own file
  losses: { logits: number[]; target: number[]; soft_target: number[][]; binary_logits: number[]; binary_target: number[]; runs: Record<string, { value: number; grad_first6: number[] }> };
};
const labels = losses.target.map((c) => [c]);
const tensor = (values: readonly number[], shape: readonly number[]) => ({ shape, data: Float32Array.from(values) });

/** Value times `scale`, and gradients by central differences, against the file. */
function equals(name: string, kind: LossKind, logits: readonly number[], shape: readonly number[], targets: Targets, scale = 1): void {
  const expected = losses.runs[name]!;
  // Logits and targets are float32: 6e-8 relative.
  const value = scale * lossValue(kind, tensor(logits, shape), targets);
  ok(Math.abs(value - expected.value) < 1e-6, `${name}: ${value} is not ${expected.value}`);
  expected.grad_first6.forEach((gradient, i) => {
    const at = (step: number) => scale * lossValue(kind, tensor(logits.map((z, j) => (j === i ? z + step : z)), shape), targets);
    // A step of 2^-7 is exact in float32 up to rounding of z; error O(h^2) = 1e-5 and rounding 1e-7 / 2^-7.
    const numeric = (at(2 ** -7) - at(-(2 ** -7))) / 2 ** -6;
    ok(Math.abs(numeric - gradient) < 5e-5, `${name}, gradient ${i}: ${numeric} is not ${gradient}`);
  });
}

test('cross-entropy equals PyTorch: plain, smoothed, weighted, soft', () => {
  const kind = 'cross-entropy';
  equals('ce', kind, losses.logits, [4, 3], targetsOf(labels, { kind, classes: 3 }));
  equals('ce label_smoothing=0.1', kind, losses.logits, [4, 3], targetsOf(labels, { kind, classes: 3, labelSmoothing: 0.1 }));
  equals('ce weight=[1,2,0.5] (sum of weighted losses / sum of weights)', kind, losses.logits, [4, 3], targetsOf(labels, { kind, classes: 3, classWeights: [1, 2, 0.5] }));
  equals('ce soft targets', kind, losses.logits, [4, 3], { target: tensor(losses.soft_target.flat(), [4, 3]) });
});

test('with weights and smoothing at once the loss is PyTorch’s up to the documented factor', () => {
  const targets = targetsOf(labels, { kind: 'cross-entropy', classes: 3, classWeights: [1, 2, 0.5], labelSmoothing: 0.1 });
  const sum = targets.weight!.reduce((a, b) => a + b, 0);
  const classSum = losses.target.reduce((total, c) => total + [1, 2, 0.5][c]!, 0);
  equals('ce weight=[1,2,0.5] label_smoothing=0.1', 'cross-entropy', losses.logits, [4, 3], targets, sum / classSum);
});

test('binary cross-entropy equals PyTorch', () => {
  const present = losses.binary_target.flatMap((t, c) => (t === 1 ? [c] : []));
  equals('bce with logits', 'binary-cross-entropy', losses.binary_logits, [1, 6], targetsOf([present], { kind: 'binary-cross-entropy', classes: 6 }));
});

test('losses stay finite for logits that are far out', () => {
  const targets = targetsOf([[0]], { kind: 'cross-entropy', classes: 2 });
  ok(Math.abs(lossValue('cross-entropy', tensor([-1000, 1000], [1, 2]), targets) - 2000) < 1e-9);
  const binary = targetsOf([[0]], { kind: 'binary-cross-entropy', classes: 2 });
  ok(Math.abs(lossValue('binary-cross-entropy', tensor([-1000, -1000], [1, 2]), binary) - 500) < 1e-9);
});

test('balanced weights give each class the same say', () => {
  deepEqual(balancedWeights([[0], [0], [0], [1]], 3), [4 / 9, 4 / 3, 0]);
});

test('probabilities and right answers follow from logits', () => {
  deepEqual(probabilitiesOf('cross-entropy', [0, 0]), [0.5, 0.5]);
  deepEqual(probabilitiesOf('binary-cross-entropy', [0, 0]), [0.5, 0.5]);
  ok(Math.abs(probabilitiesOf('cross-entropy', [Math.log(3), 0])[0]! - 0.75) < 1e-15);
  ok(shareRight('cross-entropy', tensor([1, 2, 4, 3], [2, 2]), [[1], [1]]) === 0.5);
  ok(shareRight('binary-cross-entropy', tensor([1, -2, 4, 3], [2, 2]), [[0], [1]]) === 0.75);
});

test('a picture with several classes is no target of cross-entropy', () => {
  throws(() => targetsOf([[0, 1]], { kind: 'cross-entropy', classes: 2 }), /2 classes/);
});
