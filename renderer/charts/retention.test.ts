import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { retentionScale } from './retention.ts';

test('the axis of retention ends at 1 and begins below the smallest share', () => {
  for (const values of [[1], [0.98, 0.91], [0.9, 0.42], [1, 0], []]) {
    const { ticks, place } = retentionScale(values);
    equal(place(1), 1);
    for (const value of values) ok(place(value) >= 0 && place(value) <= 1);
    ok(ticks.length > 1 && ticks.every((tick) => place(tick) >= -1e-9 && place(tick) <= 1 + 1e-9));
  }
  deepEqual(retentionScale([0.9, 0.42]).place(0.6), (0.6 - 0.2) / 0.8);
});
