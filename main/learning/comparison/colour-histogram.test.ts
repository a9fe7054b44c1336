import assert from 'node:assert/strict';
import { test } from 'node:test';
import { histogram } from './colour-histogram.ts';

test('a histogram tells shares of pixels: of colours together, then of each channel', () => {
  // Three pixels of pure red, one of white.
  const bins = histogram([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1]);
  assert.equal(bins.length, 64 + 3 * 16);
  assert.equal(bins[3 * 16], 0.75);
  assert.equal(bins[63], 0.25);
  const part = (from: number, to: number) => Array.from(bins.subarray(from, to));
  const channel = (k: number) => part(64 + 16 * k, 64 + 16 * (k + 1));
  assert.deepEqual([channel(0).at(-1), channel(1)[0], channel(1).at(-1), channel(2)[0]], [1, 0.75, 0.25, 0.75]);
  for (const shares of [part(0, 64), channel(0), channel(1), channel(2)]) assert.equal(shares.reduce((a, b) => a + b, 0), 1);
});

test('where the colours are in the picture changes nothing', () => {
  const pixels = Array.from({ length: 300 }, (_, i) => ((i * 37) % 101) / 100);
  const turned = Array.from({ length: 100 }, (_, i) => pixels.slice(3 * (99 - i), 3 * (100 - i))).flat();
  const [a, b] = [histogram(pixels), histogram(turned)];
  // Sums of the same shares in another order, in float32.
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]!) < 1e-6));
});
