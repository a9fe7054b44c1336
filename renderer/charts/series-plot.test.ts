// Axes and labels of a lesson's plot.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlotAxis } from '#contract/lessons.ts';
import { scaleOf, spreadLabels } from './series-plot.ts';

const axis = (change: Partial<PlotAxis>): PlotAxis => ({ title: { key: 'x', params: {} }, scale: 'linear', from: null, to: null, names: [], ...change });

test('a share has the whole axis, whatever the values are', () => {
  const { place, ticks } = scaleOf(axis({ from: 0, to: 1 }), [0.4, 0.5]);
  assert.equal(place(0.5), 0.5);
  assert.deepEqual([ticks[0]!.value, ticks.at(-1)!.value], [0, 1]);
});

test('an open end is drawn up to the next round number, so that no point lies outside', () => {
  const { place, ticks } = scaleOf(axis({ from: 0 }), [0.1, 1.27]);
  assert.ok(place(1.27) <= 1 && ticks.at(-1)!.at === 1);
});

test('few values on a logarithmic axis are its ticks, from one end to the other', () => {
  const { place, ticks } = scaleOf(axis({ scale: 'log' }), [9, 18, 45, 90, 180]);
  assert.deepEqual(ticks.map(({ value }) => value), [9, 18, 45, 90, 180]);
  assert.deepEqual([place(9), place(180)], [0, 1]);
  assert.ok(Math.abs(place(Math.sqrt(9 * 180)) - 0.5) < 1e-12); // the geometric mean lies in the middle
});

test('many values on a logarithmic axis get powers of ten that hold them all', () => {
  const { place, ticks } = scaleOf(axis({ scale: 'log' }), [1.3e-11, 0.74, ...Array.from({ length: 20 }, (_, i) => 10 ** -i)]);
  assert.ok(ticks.every(({ value }) => Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9)) && ticks.length <= 8);
  assert.ok(place(1.3e-11) > 0 && place(0.74) < 1);
});

test('names stand in the middle of equal parts', () => {
  const { ticks } = scaleOf(axis({ scale: 'names', names: [1, 2].map((n) => ({ key: String(n), params: {} })) }), []);
  assert.deepEqual(ticks.map(({ at }) => at), [0.25, 0.75]);
});

test('labels keep their places where there is room, and their order where there is none', () => {
  assert.deepEqual(spreadLabels([0.2, 0.8], 0.1), [0.2, 0.8]);
  const placed = spreadLabels([0.99, 0.98, 0.5], 0.1);
  assert.ok(placed[0]! <= 1 && placed[0]! - placed[1]! >= 0.1 - 1e-12 && placed[2] === 0.5);
});
