// Heat maps: enlarging adds nothing, and the hottest pixel is where the map is greatest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { enlarged, heat } from './heat.ts';

const grid = fc.record({ rows: fc.integer({ min: 1, max: 8 }), columns: fc.integer({ min: 1, max: 8 }) }).chain(({ rows, columns }) =>
  fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: rows * columns, maxLength: rows * columns }).map((values) => ({ rows, columns, values })));

test('an enlarged map stays between its least and its greatest value, and at its own size is itself', () => {
  fc.assert(fc.property(grid, (one) => {
    const least = Math.min(...one.values), most = Math.max(...one.values);
    assert.ok(enlarged(one, one.rows * 3, one.columns * 5).every((value) => value >= least - 1e-9 && value <= most + 1e-9)); // rounding of four products
    enlarged(one, one.rows, one.columns).forEach((value, at) => assert.ok(Math.abs(value - one.values[at]!) < 1e-9));
  }));
});

test('nothing is drawn where nothing speaks for the class', () => {
  assert.ok(heat({ rows: 1, columns: 2, values: [-1, -3] }, 4, 8).every((byte) => byte === 0));
  const pixels = heat({ rows: 1, columns: 2, values: [-1, 2] }, 1, 2);
  assert.deepEqual([...pixels], [27, 12, 65, 0, 252, 255, 164, Math.round(255 * 0.85)]);
});
