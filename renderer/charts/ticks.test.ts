// Ticks are round, in range and few.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { niceTicks } from './ticks.ts';

test('ticks lie within the range, at equal round distances, about as many as wanted', () => {
  fc.assert(fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), (to) => {
    const ticks = niceTicks(0, to, 4);
    assert.ok(ticks[0] === 0 && ticks.at(-1)! <= to * (1 + 1e-9));
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks.length}`);
    const digits = Number((ticks[1]! - ticks[0]!).toExponential(6).split('e')[0]);
    assert.ok([1, 2, 5].includes(digits));
  }));
});

test('known axes', () => {
  assert.deepEqual(niceTicks(0, 0.7, 4), [0, 0.2, 0.4, 0.6]);
  assert.deepEqual(niceTicks(0, 1, 4), [0, 0.5, 1]);
});
