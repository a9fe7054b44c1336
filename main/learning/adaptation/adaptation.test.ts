// The arithmetic of adapting without labels: recoloured features, labels from clusters, and how far sites lie apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../../random.ts';
import { recoloured } from './coral.ts';
import { pseudoLabels } from './pseudo-labels.ts';
import { siteDistance } from './site-distance.ts';

/** Rows of normal numbers, each column with its own mean and deviation. */
function drawn(seed: number, rows: number, columns: number, mean = (_: number) => 0, deviation = (_: number) => 1) {
  const random = stream(seed, 'features');
  return { rows, columns, data: Float32Array.from({ length: rows * columns }, (_, at) => mean(at % columns) + deviation(at % columns) * random.normal(at)) };
}
function moments({ rows, columns, data }: { readonly rows: number; readonly columns: number; readonly data: Float32Array }, column: number) {
  const values = Array.from({ length: rows }, (_, i) => data[i * columns + column]!), mean = values.reduce((a, b) => a + b, 0) / rows;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows };
}

test('features of one column take the mean of the target, and its spread as far as the ridge lets them', () => {
  const source = drawn(1, 200, 1), target = drawn(2, 300, 1, () => 5, () => 3);
  const s = moments(source, 0), t = moments(target, 0), moved = moments(recoloured(source, target), 0);
  assert.ok(Math.abs(moved.mean - t.mean) < 1e-4);
  // In units of the source's variance: (t + 1) / (1 + 1) with covariances divided by rows - 1.
  const wanted = s.variance * ((t.variance / s.variance) * (300 / 299) + 1) / (200 / 199 + 1);
  assert.ok(Math.abs(moved.variance / wanted - 1) < 1e-4, `${moved.variance} is not ${wanted}`);
});

test('features whose target has their own mean and covariance stay as they are', () => {
  const source = drawn(3, 40, 6, (j) => j, (j) => 1 + j);
  const moved = recoloured(source, source);
  moved.data.forEach((value, at) => assert.ok(Math.abs(value - source.data[at]!) < 1e-4));
});

test('with fewer rows than columns the result is that of more columns: constant ones change nothing', () => {
  const narrow = { source: drawn(4, 20, 5), target: drawn(5, 25, 5, () => 1, () => 2) };
  const widened = ({ rows, data }: typeof narrow.source) => ({ rows, columns: 60, data: Float32Array.from({ length: rows * 60 }, (_, at) => (at % 60 < 5 ? data[Math.floor(at / 60) * 5 + (at % 60)]! : 7)) });
  const small = recoloured(narrow.source, narrow.target), wide = recoloured(widened(narrow.source), widened(narrow.target));
  for (let i = 0; i < 20; i++) for (let j = 0; j < 60; j++) assert.ok(Math.abs(wide.data[i * 60 + j]! - (j < 5 ? small.data[i * 5 + j]! : 7)) < 1e-4, `${i} ${j}`);
});

test('labels come from clusters, also where the model is unsure or wrong about some', () => {
  const truth = Array.from({ length: 60 }, (_, i) => i % 3), random = stream(6, 'clusters');
  const features = { rows: 60, columns: 8, data: Float32Array.from({ length: 480 }, (_, at) => (at % 8 === truth[Math.floor(at / 8)] ? 4 : 0) + 0.6 * random.normal(at)) };
  // The model is right in two of three, and hardly sure.
  const said = truth.map((label, i) => [0, 1, 2].map((c) => (c === (i % 9 < 3 ? (label + 1) % 3 : label) ? 0.4 : 0.3)));
  const wrong = pseudoLabels(features, said, 3).filter((label, i) => label !== truth[i]).length;
  assert.ok(wrong <= 2, `${wrong} of 60 wrong`);
});

test('sites that differ are told apart on subjects the rule never saw, alike ones are not, and one subject is no site', () => {
  const groups = Array.from({ length: 80 }, (_, i) => `S${Math.floor(i / 4)}`), isSite = groups.map((_, i) => i >= 40);
  const apart = drawn(7, 80, 12), alike = drawn(8, 80, 12);
  apart.data.forEach((value, at) => { if (at >= 40 * 12) apart.data[at] = value + 1.5; });
  const far = siteDistance(apart, isSite, groups, 1)!, near = siteDistance(alike, isSite, groups, 1)!;
  assert.ok(far.accuracy > 0.9 && far.aDistance > 1.6 && far.p < 0.05, JSON.stringify(far));
  // 80 rows at chance: a standard error of .056.
  assert.ok(Math.abs(near.accuracy - 0.5) < 0.2 && near.aDistance < 0.8 && near.p > 0.01, JSON.stringify(near));
  assert.deepEqual([far.n, far.others], [40, 40]);
  assert.equal(siteDistance(apart, isSite, groups.map((_, i) => (i >= 40 ? 'one' : `S${i}`)), 1), null);
});
