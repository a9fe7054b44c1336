import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateMultilabel } from './multilabel.ts';

// Worked by hand. Class x: present in 0, 1, 4; class y: present in 1, 2.
const options = {
  classes: ['x', 'y'],
  references: [[0], [0, 1], [1], [], [0], []],
  probabilities: [[0.9, 0.2], [0.4, 0.5], [0.1, 0.8], [0.6, 0.3], [0.7, 0.1], [0.2, 0.6]],
  subjects: ['p', 'p', 'q', 'q', 'r', 'r'],
  majorityClass: 0,
  seed: 3,
  replicates: 200,
};

test('each class is counted by itself at one half', () => {
  const result = evaluateMultilabel(options);
  deepEqual(result.confusion, [[2, 1, 1, 2], [3, 1, 0, 2]]);
  equal(result.accuracy.value, 9 / 12);
  deepEqual(result.perClass.map((one) => [one.support, one.sensitivity.value, one.specificity.value, one.precision.value]), [[3, 2 / 3, 2 / 3, 2 / 3], [2, 1, 3 / 4, 2 / 3]]);
  // x: of 9 pairs only (0.4, 0.6) is wrong. y: of 8 pairs only (0.5, 0.6) is wrong.
  deepEqual(result.perClass.map((one) => one.auc.value), [8 / 9, 7 / 8]);
  equal(result.auc.value, (8 / 9 + 7 / 8) / 2);
  equal(result.balancedAccuracy.value, (2 / 3 + 7 / 8) / 2);
  const logs = [0.9, 0.8, 0.4, 0.5, 0.9, 0.8, 0.4, 0.7, 0.7, 0.9, 0.8, 0.4].map((p) => -Math.log(p));
  ok(Math.abs(result.logLoss.value! - logs.reduce((a, b) => a + b, 0) / 12) < 1e-12);
});

test('the baseline is the better of the commonest class and no class', () => {
  // No class: 7 of 12 answers right, 5 wrong. Always x: 3 + 3 - 3 = the same 7 of 12, so no class is named.
  const rare = evaluateMultilabel(options).majority;
  equal(rare.className, '(no class)');
  ok(Math.abs(rare.accuracy - 7 / 12) < 1e-12);
  const common = evaluateMultilabel({ ...options, references: [[0], [0, 1], [0], [0], [0], []] });
  // Always x: 5 of 6 for x, 5 of 6 for y.
  equal(common.majority.className, 'x');
  ok(Math.abs(common.majority.accuracy - 10 / 12) < 1e-12);
});
