import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../random.ts';
import { aDistance, twoSampleTest } from './site-shift.ts';

const columns = 6, rows = 60;
function drawn(seed: number, shift: number, subjects = rows, spread = 0) {
  const random = stream(seed, 'drawn');
  const data = Float64Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns), subject = Math.floor((row * subjects) / rows);
    return random.normal(at) + spread * random.normal(10_000 + subject * columns + (at % columns)) + (row >= rows / 2 ? shift : 0);
  });
  return { features: { rows, columns, data }, groups: Array.from({ length: rows }, (_, row) => `${Math.floor((row * subjects) / rows)}`) };
}

test('the A-distance is 2 where the sites are always told apart, 0 at chance and below', () => {
  assert.equal(aDistance(0), 2);
  assert.equal(aDistance(0.5), 0);
  assert.equal(aDistance(0.7), 0);
  assert.ok(Math.abs(aDistance(0.03) - 1.88) < 1e-12);
});

test('the discrepancy equals its definition written out over all pairs', () => {
  const { features: { data } } = drawn(3, 0.5);
  const row = (i: number) => data.subarray(i * columns, (i + 1) * columns);
  const distance = (i: number, j: number) => row(i).reduce((sum, x, k) => sum + (x - row(j)[k]!) ** 2, 0);
  const pairs = Array.from({ length: rows }, (_, i) => Array.from({ length: rows }, (_v, j) => [i, j] as const)).flat().filter(([i, j]) => i !== j);
  const mean = pairs.reduce((sum, [i, j]) => sum + distance(i, j), 0) / pairs.length;
  const kernel = (i: number, j: number) => [-3, -2, -1, 0, 1].reduce((sum, k) => sum + Math.exp(-distance(i, j) / (2 * 2 ** k * mean)), 0);
  const average = (which: (i: number, j: number) => boolean) => {
    const chosen = pairs.filter(([i, j]) => which(i, j));
    return chosen.reduce((sum, [i, j]) => sum + kernel(i, j), 0) / chosen.length;
  };
  const half = rows / 2;
  const wanted = average((i, j) => i < half && j < half) + average((i, j) => i >= half && j >= half) - 2 * average((i, j) => i < half && j >= half);
  assert.ok(Math.abs(twoSampleTest({ rows, columns, data }, half, { permutations: 1, seed: 1 }).mmd2 - wanted) < 1e-12);
});

test('samples of one distribution get small p-values about as often as chance has it, shifted ones nearly always', () => {
  const ps = (shift: number) => Array.from({ length: 40 }, (_, k) => twoSampleTest(drawn(100 + k, shift).features, rows / 2, { permutations: 99, seed: k }).p);
  // 40 draws at a level of 5 %: 2 expected; more than 7 has a probability of .0004.
  assert.ok(ps(0).filter((p) => p <= 0.05).length <= 7);
  assert.ok(ps(0.8).filter((p) => p <= 0.05).length >= 38);
});

test('pictures of one subject change sides together, so a few unlike subjects are no difference between sites', () => {
  const subjects = 6;
  const found = Array.from({ length: 20 }, (_, k) => {
    const { features, groups } = drawn(200 + k, 0, subjects, 2);
    return { alone: twoSampleTest(features, rows / 2, { permutations: 99, seed: k }).p, together: twoSampleTest(features, rows / 2, { permutations: 99, seed: k, groups }).p };
  });
  assert.ok(found.filter(({ alone }) => alone <= 0.05).length >= 15, 'rows by themselves would see a difference that is none');
  assert.ok(found.filter(({ together }) => together <= 0.05).length <= 5);
});
