import { deepEqual, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { wilson } from './wilson.ts';

test('intervals equal a published table', () => {
  const table: readonly (readonly [number, number, number, number])[] = [
    [143, 153, 0.884, 0.964], [145, 153, 0.9, 0.973], [533, 624, 0.824, 0.88], [569, 624, 0.887, 0.932], [135, 156, 0.803, 0.91], [210, 400, 0.476, 0.574], [1474, 2005, 0.715, 0.754], [3277, 3421, 0.951, 0.964],
  ];
  for (const [hits, n, low, high] of table) {
    const interval = wilson(hits, n);
    // The table has three digits.
    ok(Math.abs(interval.low - low) < 6e-4 && Math.abs(interval.high - high) < 6e-4, `${hits} of ${n}: ${interval.low} to ${interval.high}`);
  }
});

test('the ends stay inside 0 and 1', () => {
  deepEqual([wilson(0, 5).low, wilson(5, 5).high], [0, 1]);
  throws(() => wilson(6, 5), RangeError);
  throws(() => wilson(0, 0), RangeError);
});
