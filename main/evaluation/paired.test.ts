import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../random.ts';
import { isBetter, pairedDifference } from './paired.ts';

const options = { replicates: 2000, seed: 1, level: 0.95 };
const each = (n: number) => ({ ...options, subjectOf: Uint32Array.from({ length: n }, (_, i) => i), subjects: n });

test('a classifier has no difference to itself, and its interval no width', () => {
  const right = Array.from({ length: 50 }, (_, i) => i % 3 === 0 ? 0 : 1);
  assert.deepEqual(pairedDifference(right, right, each(50)), { value: 0, low: 0, high: 0 });
});

test('the interval of a difference is as wide as that of the mean of paired differences, 1.96 standard errors to each side', () => {
  const random = stream(5, 'pairs'), n = 400;
  const first = Array.from({ length: n }, (_, i): number => (random.uniform(i) < 0.9 ? 1 : 0)), second = first.map((one, i) => (random.uniform(n + i) < 0.15 ? 1 - one : one));
  const { value, low, high } = pairedDifference(first, second, each(n));
  const deviation = Math.sqrt(first.reduce((sum, one, i) => sum + (one - second[i]! - value) ** 2, 0) / n);
  // 2000 replicates place a 2.5 % quantile to within some 5 % of the width.
  assert.ok(Math.abs((high! - low!) / (2 * 1.96 * deviation / Math.sqrt(n)) - 1) < 0.06);
});

test('ten pictures of each subject count as one: what one subject decides is no better', () => {
  const first = Array.from({ length: 40 }, () => 1), second = first.map((_, i) => (i < 10 ? 0 : 1));
  assert.ok(isBetter(pairedDifference(first, second, each(40))));
  assert.ok(!isBetter(pairedDifference(first, second, { ...options, subjectOf: Uint32Array.from(first, (_, i) => Math.floor(i / 10)), subjects: 4 })));
});
