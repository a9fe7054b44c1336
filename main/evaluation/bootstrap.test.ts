import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapIntervals, quantile } from './bootstrap.ts';
import { weightedMean } from './probability-scores.ts';
import { wilson } from './wilson.ts';

const right = Float64Array.from({ length: 300 }, (_, i) => (i < 240 ? 1 : 0));
const each = Uint32Array.from(right, (_, i) => i);
const mean = (values: Float64Array) => (weights: Float64Array) => [weightedMean(values, weights)];

test('for independent pictures the interval of a share is close to Wilson’s', () => {
  const [interval] = bootstrapIntervals(mean(right), { subjectOf: each, subjects: 300, replicates: 2000, seed: 5, level: 0.95 });
  const { low, high } = wilson(240, 300);
  // The two methods differ by O(1/n); 2,000 replicates add a standard error of about 0.001 to each end.
  ok(Math.abs(interval!.low! - low) < 0.01 && Math.abs(interval!.high! - high) < 0.01, `${interval!.low} ${interval!.high}`);
});

test('copies of a picture within its subject leave the interval as it is', () => {
  const options = { subjects: 300, replicates: 500, seed: 5, level: 0.95 };
  const tripled = Float64Array.from({ length: 900 }, (_, i) => right[Math.floor(i / 3)]!);
  const grouped = bootstrapIntervals(mean(tripled), { ...options, subjectOf: Uint32Array.from(tripled, (_, i) => Math.floor(i / 3)) });
  const single = bootstrapIntervals(mean(right), { ...options, subjectOf: each });
  // Sums of 0/1 in float64 are exact, and x3 / x3 rounds to the same quotient.
  deepEqual(grouped, single);
  const naive = bootstrapIntervals(mean(tripled), { ...options, subjects: 900, subjectOf: Uint32Array.from(tripled, (_, i) => i) });
  const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
  // A third of the width squared: 1 / sqrt(3) = 0.577.
  ok(width(naive[0]!) < 0.7 * width(grouped[0]!));
});

test('every subject is drawn equally often in the long run', () => {
  const sums = new Float64Array(7);
  bootstrapIntervals((weights) => {
    weights.forEach((weight, i) => { sums[i]! += weight; });
    return [0];
  }, { subjectOf: Uint32Array.from({ length: 7 }, (_, i) => i), subjects: 7, replicates: 20_000, seed: 11, level: 0.95 });
  // Mean 20,000 draws with a standard deviation of sqrt(20,000 * 6/7) = 131; five of them.
  sums.forEach((sum) => ok(Math.abs(sum - 20_001) < 655, `${sum}`));
});

test('what is rarely defined, or rests on one subject, has no interval', () => {
  const none = { low: null, high: null };
  let asked = 0;
  const options = { subjectOf: [0, 1], subjects: 2, replicates: 100, seed: 1, level: 0.95 };
  deepEqual(bootstrapIntervals(() => [asked++ % 3 === 0 ? 1 : null], options), [none]);
  deepEqual(bootstrapIntervals(() => [1], { ...options, subjectOf: [0, 0], subjects: 1 }), [none]);
});

test('quantiles interpolate between order statistics', () => {
  // numpy.quantile([1, 2, 4, 8], [0, .25, .5, .9, 1]) = 1, 1.75, 3, 6.8, 8
  const at = (share: number) => quantile([1, 2, 4, 8], share);
  deepEqual([at(0), at(0.25), at(0.5), at(1)], [1, 1.75, 3, 8]);
  ok(Math.abs(at(0.9) - 6.8) < 1e-12);
  equal(quantile([3], 0.975), 3);
});
