import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { philox, stream } from './random.ts';

test('philox gives the published known answers (Random123, kat_vectors, philox4x32 10)', () => {
  const ones = 0xffffffff;
  assert.deepEqual(philox([0, 0, 0, 0], [0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  assert.deepEqual(philox([ones, ones, ones, ones], [ones, ones]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  assert.deepEqual(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]), [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
});

test('uniform and normal draws have the mean and variance of their distributions', () => {
  const draws = stream(7, 'moments'), n = 20000;
  const moments = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b) / n;
    return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / n] as const;
  };
  const [uniformMean, uniformVariance] = moments(Array.from({ length: n }, (_, i) => draws.uniform(i)));
  const [normalMean, normalVariance] = moments(Array.from({ length: n }, (_, i) => draws.normal(i)));
  // five standard errors: 5 * sqrt(1/12/n), 5 * sqrt(1/180/n), 5 / sqrt(n), 5 * sqrt(2/n)
  assert.ok(Math.abs(uniformMean - 0.5) < 0.0103);
  assert.ok(Math.abs(uniformVariance - 1 / 12) < 0.0027);
  assert.ok(Math.abs(normalMean) < 0.0354);
  assert.ok(Math.abs(normalVariance - 1) < 0.05);
});

test('a permutation holds every number once and depends on seed, name and index', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), (length, seed) => {
    const order = stream(seed, 'shuffle').permutation(3, length);
    assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length }, (_, i) => i));
  }));
  const first = [...stream(1, 'a').permutation(0, 50)];
  assert.notDeepEqual(first, [...stream(2, 'a').permutation(0, 50)]);
  assert.notDeepEqual(first, [...stream(1, 'b').permutation(0, 50)]);
  assert.notDeepEqual(first, [...stream(1, 'a').permutation(1, 50)]);
  assert.deepEqual(first, [...stream(1, 'a').permutation(0, 50)]);
});
