import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hScore, leep, logme, nce, shrunkHScore, symmetricEigen } from './index.ts';

/** The published generator: x <- (1103515245 x + 12345) mod 2^31, a number is x / 2^31 - 0.5. */
function numbers(): () => number {
  let x = 42n;
  return () => {
    x = (1103515245n * x + 12345n) % 2147483648n;
    return Number(x) / 2147483648 - 0.5;
  };
}

const rows = 30, columns = 8, classes = 3, sources = 5;
const labels = Array.from({ length: rows }, (_, i) => i % classes);
const next = numbers();
const features = { rows, columns, data: Float64Array.from({ length: rows * columns }, (_, at) => next() + (Math.floor(at / columns) % classes === (at % columns) % classes ? 0.3 : 0)) };
const logits = Float64Array.from({ length: rows * sources }, (_, at) => 4 * next() + (at % sources === Math.floor(at / sources) % classes ? 1 : 0));
const probabilities = logits.map((_, at) => {
  const row = logits.subarray(Math.floor(at / sources) * sources, (Math.floor(at / sources) + 1) * sources);
  return Math.exp(logits[at]!) / row.reduce((sum, z) => sum + Math.exp(z), 0);
});

/** The reference's numbers are given to 14 digits; both sides sum in float64. */
const near = (actual: number | null, wanted: number) => assert.ok(actual !== null && Math.abs(actual - wanted) < 1e-9, `${actual} is not ${wanted}`);

test('LogME, the H-score, LEEP and NCE equal the numbers of the Transfer-Learning-Library on a shared generator', () => {
  near(logme(features, labels, classes), -0.70106093953763);
  near(hScore(features, labels, classes), 1.12346176425829);
  near(leep({ sources, probabilities }, labels, classes), -1.00495152370425);
  near(nce({ sources, probabilities }, labels, classes), -0.97555043975969);
});

test('both Gram matrices give the same scores: repeated columns scale the features and change nothing else', () => {
  // Each column 8 times, scaled by 1 / sqrt(8): 64 columns for 30 rows with the same products between rows, so the other Gram matrix is used.
  const wide = { rows, columns: columns * 8, data: Float64Array.from({ length: rows * columns * 8 }, (_, at) => features.data[Math.floor(at / (columns * 8)) * columns + (at % columns)]! / Math.sqrt(8)) };
  near(hScore(wide, labels, classes), hScore(features, labels, classes));
});

test('features that say nothing about the classes score lower than those that do, on every score', () => {
  const noise = numbers();
  const idle = { rows, columns, data: Float64Array.from({ length: rows * columns }, () => noise()) };
  assert.ok(logme(idle, labels, classes)! < logme(features, labels, classes)!);
  assert.ok(shrunkHScore(idle, labels, classes)!.score < shrunkHScore(features, labels, classes)!.score);
});

test('labels that are a linear function of the features, and features that are all alike, have no LogME rather than a wild one', () => {
  const exact = { rows, columns: 3, data: Float64Array.from({ length: rows * 3 }, (_, at) => (labels[Math.floor(at / 3)] === at % 3 ? 1 : 0)) };
  assert.equal(logme(exact, labels, classes), null);
  assert.equal(logme({ rows, columns: 4, data: new Float64Array(rows * 4) }, labels, classes), null);
  assert.equal(shrunkHScore({ rows, columns: 4, data: new Float64Array(rows * 4).fill(2) }, labels, classes), null);
});

test('with as many features as rows the plain H-score is the number of classes less one, while the shrunk one still tells features apart', () => {
  const random = numbers();
  const wide = (signal: number) => ({ rows, columns: 60, data: Float64Array.from({ length: rows * 60 }, (_, at) => random() + (at % 60 < classes && at % 60 === labels[Math.floor(at / 60)] ? signal : 0)) });
  const none = wide(0), some = wide(3);
  near(hScore(none, labels, classes), classes - 1);
  near(hScore(some, labels, classes), classes - 1);
  assert.ok(shrunkHScore(some, labels, classes)!.score > 1.2 * shrunkHScore(none, labels, classes)!.score);
});

test('the shrinkage is that of Ledoit and Wolf, written out over the whole covariance matrix', () => {
  const { shrinkage } = shrunkHScore(features, labels, classes)!;
  const mean = Array.from({ length: columns }, (_, j) => labels.reduce((sum, _label, i) => sum + features.data[i * columns + j]!, 0) / rows);
  const x = labels.map((_, i) => mean.map((m, j) => features.data[i * columns + j]! - m));
  const cov = mean.map((_, a) => mean.map((_m, b) => x.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / rows));
  const mu = cov.reduce((sum, row, j) => sum + row[j]!, 0) / columns;
  const distance = cov.reduce((sum, row, a) => sum + row.reduce((s, v, b) => s + (v - (a === b ? mu : 0)) ** 2, 0), 0);
  const noise = x.reduce((sum, row) => sum + cov.reduce((s, line, a) => s + line.reduce((t, v, b) => t + (row[a]! * row[b]! - v) ** 2, 0), 0), 0) / rows ** 2;
  near(shrinkage, Math.min(noise, distance) / distance);
});

test('eigenvalues and coordinates put a symmetric matrix together again', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 12 }).chain((n) => fc.tuple(fc.constant(n), fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n * n, maxLength: n * n }))), ([n, drawn]) => {
    const matrix = Float64Array.from({ length: n * n }, (_, at) => drawn[at]! + drawn[(at % n) * n + Math.floor(at / n)]!);
    const identity = Float64Array.from({ length: n * n }, (_, at) => (Math.floor(at / n) === at % n ? 1 : 0));
    const { values, coordinates: z } = symmetricEigen(matrix, n, identity, n);
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += values[k]! * z[k * n + a]! * z[k * n + b]!;
      // Entries are at most 18 and n is 12: rounding stays far below this.
      assert.ok(Math.abs(sum - matrix[a * n + b]!) < 1e-10);
    }
  }));
});
