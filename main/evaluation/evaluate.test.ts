import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { brierScores, evaluate, rankedAuc, rocCurve, confusionMatrix, accuracy, balancedAccuracy } from './index.ts';
import type { EvaluateOptions } from './index.ts';

// Thirty pictures, three classes, tied scores. The values below were computed from them with scikit-learn 1.9.1.
const references = [1, 2, 1, 0, 0, 2, 0, 2, 1, 0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 0, 0, 1, 0, 0, 1, 0, 2, 1, 1];
const probabilities = [
  [0.1, 0.75, 0.15], [0.1, 0.6, 0.3], [0.1, 0.85, 0.05], [0.55, 0.25, 0.2], [0.15, 0.2, 0.65], [0.05, 0.4, 0.55], [0.15, 0.65, 0.2], [0.05, 0.15, 0.8], [0.1, 0.8, 0.1], [0.55, 0.4, 0.05],
  [0.7, 0.1, 0.2], [0.4, 0.25, 0.35], [0.65, 0.3, 0.05], [0.4, 0.55, 0.05], [0.1, 0.4, 0.5], [0.4, 0.45, 0.15], [0.1, 0.65, 0.25], [0.15, 0.7, 0.15], [0.3, 0.35, 0.35], [0.05, 0.35, 0.6],
  [0.5, 0.35, 0.15], [0.75, 0.1, 0.15], [0.05, 0.9, 0.05], [0.25, 0.5, 0.25], [0.25, 0.7, 0.05], [0.1, 0.6, 0.3], [0.45, 0.15, 0.4], [0.35, 0.05, 0.6], [0.3, 0.3, 0.4], [0.05, 0.8, 0.15],
];
const weights = [3, 2, 1, 3, 3, 2, 0, 2, 0, 0, 0, 0, 3, 1, 0, 0, 1, 1, 1, 3, 3, 2, 3, 1, 0, 1, 0, 3, 0, 1];
const options: EvaluateOptions = { classes: ['a', 'b', 'c'], probabilities, references, subjects: references.map((_, i) => `s${i % 12}`), majorityClass: 0, seed: 1 };
const withoutBootstrap = { ...options, replicates: 0 };

/** Both sides are float64 sums of thirty terms. */
const close = (actual: number | null, expected: number) => ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test('measures equal scikit-learn', () => {
  const result = evaluate(withoutBootstrap);
  close(result.accuracy.value, 0.7);
  close(result.balancedAccuracy.value, 0.7000777000777001);
  close(result.auc.value, 0.8752851107727269);
  close(result.logLoss.value, 0.7477573492145495);
  deepEqual(result.confusion, [[8, 4, 1], [0, 9, 2], [0, 2, 4]]);
  const expected = [
    { precision: 1, sensitivity: 0.6153846153846154, f1: 0.7619047619047619, auc: 0.918552036199095, support: 13, specificity: 1 },
    { precision: 0.6, sensitivity: 0.8181818181818182, f1: 0.6923076923076923, auc: 0.8253588516746412, support: 11, specificity: 13 / 19 },
    { precision: 0.5714285714285714, sensitivity: 0.6666666666666666, f1: 0.6153846153846154, auc: 0.8819444444444444, support: 6, specificity: 21 / 24 },
  ];
  expected.forEach(({ support, ...values }, c) => {
    equal(result.perClass[c]!.support, support);
    for (const [name, value] of Object.entries(values)) close(result.perClass[c]![name as keyof typeof values].value, value); // keys of `values`
  });
});

test('weighted accuracy, balanced accuracy and area equal scikit-learn', () => {
  const predicted = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const confusion = confusionMatrix(references, predicted, 3, weights);
  close(accuracy(confusion), 0.8);
  close(balancedAccuracy(confusion), 0.8189102564102564);
  close(rankedAuc(probabilities.map((row) => row[0]!), references.map((r) => r === 0))(weights), 0.9544270833333333);
});

test('the curve and the Brier score equal scikit-learn', () => {
  const curve = rocCurve(probabilities.map((row) => row[0]!), references.map((r) => r === 0));
  deepEqual(curve.map((point) => point.threshold), [Infinity, 0.75, 0.7, 0.65, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.15, 0.1, 0.05]);
  const truePositiveRate = [0, 0.07692307692307693, 0.15384615384615385, 0.23076923076923078, 0.38461538461538464, 0.46153846153846156, 0.5384615384615384, 0.6923076923076923, 0.6923076923076923, 0.6923076923076923, 0.8461538461538461, 1, 1, 1];
  const falsePositiveRate = [0, 0, 0, 0, 0, 0, 0, 0.058823529411764705, 0.11764705882352941, 0.23529411764705882, 0.23529411764705882, 0.29411764705882354, 0.7058823529411765, 1];
  curve.forEach((point, i) => {
    close(point.sensitivity, truePositiveRate[i]!);
    close(1 - point.specificity, falsePositiveRate[i]!);
  });
  const brier = brierScores(probabilities, references);
  close(brier.reduce((a, b) => a + b, 0) / brier.length, 0.4503333333333333);
});

test('intervals hold their values, come back with the seed, and move with it', () => {
  const first = evaluate(options);
  deepEqual(evaluate(options), first);
  ok(evaluate({ ...options, seed: 2 }).auc.low !== first.auc.low);
  for (const { value, low, high } of [first.accuracy, first.balancedAccuracy, first.auc, first.logLoss]) ok(low! < value! && value! < high!);
  deepEqual(first.intervals, { method: 'bootstrap', unit: 'subject', replicates: 2000, seed: 1, level: 0.95 });
  equal(first.subjects, 12);
});

test('order of pictures changes nothing but the draws', () => {
  const order = references.map((_, i) => (i * 7) % 30);
  const moved = evaluate({ ...withoutBootstrap, probabilities: order.map((i) => probabilities[i]!), references: order.map((i) => references[i]!), subjects: order.map((i) => options.subjects[i]!) });
  const original = evaluate(withoutBootstrap);
  close(moved.auc.value, original.auc.value!);
  deepEqual(moved.confusion, original.confusion);
});

test('a model that is no better than the commonest class is said to be so', () => {
  const references = Array.from({ length: 156 }, (_, i) => (i < 114 ? 1 : 0));
  const result = evaluate({ ...options, classes: ['malignant', 'benign'], references, probabilities: references.map(() => [0.27, 0.73]), subjects: references.map(() => null), majorityClass: 1, replicates: 200 });
  equal(result.majority.accuracy, 114 / 156);
  equal(result.majority.className, 'benign');
  ok(result.warnings[0]!.includes('no better than always saying "benign", which gets 73.1 %'), result.warnings[0]);
  ok(result.warnings.some((warning) => warning === 'The model never says "malignant".'));
  equal(result.perClass[0]!.precision.value, null);
  equal(result.auc.value, 0.5);
});

test('unknown subjects, rare classes and absent classes are named', () => {
  const { warnings, intervals, auc, perClass } = evaluate({ ...options, classes: ['a', 'b', 'c', 'd'], probabilities: probabilities.map((row) => [...row, 0]), subjects: references.map(() => null), replicates: 100 });
  equal(intervals.unit, 'picture');
  ok(warnings.some((warning) => warning.startsWith('Subjects are not known')));
  ok(warnings.some((warning) => warning.includes('Fewer than 10 pictures of "c" (6)')));
  ok(warnings.some((warning) => warning.includes('No picture here has the class "d"')));
  deepEqual(perClass[3]!.auc, { value: null, low: null, high: null });
  close(auc.value, 0.8752851107727269);
});

test('all right is not shown as certain', () => {
  const references = Array.from({ length: 20 }, (_, i) => i % 2);
  const { accuracy, warnings } = evaluate({ ...options, classes: ['a', 'b'], references, probabilities: references.map((r) => [1 - r, r]), subjects: references.map((_, i) => `s${i}`), replicates: 100 });
  deepEqual(accuracy, { value: 1, low: 1, high: 1 });
  // Wilson, 20 of 20: 20 / (20 + 1.96^2) = 83.9 %.
  ok(warnings.some((warning) => warning.includes("Wilson's method for 20 pictures it is 83.9 % to 100.0 %")), warnings.join('\n'));
});

test('an empty partition is refused with a sentence', () => {
  throws(() => evaluate({ ...options, probabilities: [], references: [], subjects: [] }), { code: 'refused', key: 'evaluation.empty' });
});
