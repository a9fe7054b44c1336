import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasBrokenAway, smoothed, suggestions, sweepRange, sweepRate } from './rate-sweep.ts';

test('rates rise from the lowest to the highest in equal multiples', () => {
  const rates = Array.from({ length: sweepRange.steps }, (_, step) => sweepRate(step));
  ok(Math.abs(rates[0]! / 1e-6 - 1) < 1e-9 && Math.abs(rates.at(-1)! / 10 - 1) < 1e-9);
  rates.slice(2).forEach((rate, i) => ok(Math.abs(rate / rates[i + 1]! / (rates[1]! / rates[0]!) - 1) < 1e-9));
});

test('the moving average is free of its start: of equal losses it is that loss, and it stays between the lowest and the highest', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 }), (losses) => {
    for (const [i, one] of smoothed(losses).entries()) {
      const seen = losses.slice(0, i + 1);
      ok(one >= Math.min(...seen) - 1e-9 && one <= Math.max(...seen) + 1e-9);
    }
  }));
  smoothed([3, 3, 3]).forEach((one) => ok(Math.abs(one - 3) < 1e-12));
  // By hand: (.9 * .1 * 1 + .1 * 2) / (1 - .81).
  ok(Math.abs(smoothed([1, 2])[1]! - 0.29 / 0.19) < 1e-12);
});

test('of a curve whose lowest point and steepest fall are known, both are found', () => {
  // 2 - tanh(log10 r + 3) falls fastest at 1e-3; the parabola makes it lowest near 1e-1.
  const curve = (rate: number) => 2 - Math.tanh(Math.log10(rate) + 3) + 0.4 * Math.max(0, Math.log10(rate) + 1) ** 2;
  const points = Array.from({ length: sweepRange.steps }, (_, step) => ({ rate: sweepRate(step), loss: curve(sweepRate(step)), smoothed: curve(sweepRate(step)) }));
  const { suggested, steepest } = suggestions(points);
  const step = sweepRate(1) / sweepRate(0);
  const minimum = points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best)).rate;
  equal(suggested, minimum / 10);
  ok(minimum > 0.1 && minimum < 0.2, `${minimum}`);
  ok(steepest! > 1e-3 / step && steepest! < 1e-3 * step, `${steepest}`);
  const unsettled = points.map((point, i) => (i === 2 ? { ...point, smoothed: point.smoothed + 2 } : point));
  equal(suggestions(unsettled).steepest, steepest, 'a jump of the first batches, which the average still follows, is no fall');
});

test('where the loss never falls nothing is suggested', () => {
  const flat = Array.from({ length: 10 }, (_, i) => ({ rate: 10 ** (i - 6), loss: 1, smoothed: 1 - 0.001 * i }));
  deepEqual(suggestions(flat), { suggested: null, steepest: null });
});

test('a loss that is four times the lowest, or no number, has broken away', () => {
  const calm = Array<number>(20).fill(1);
  equal(hasBrokenAway(calm), false);
  equal(hasBrokenAway([...calm, 20]), false, 'one bad batch is none');
  equal(hasBrokenAway([...calm, 40]), true);
  equal(hasBrokenAway([...calm, NaN]), true);
});
