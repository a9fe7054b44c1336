import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chunks, evenBatches } from './batching.ts';

test('both divide a list without loss, in the fewest parts, and one of them evenly', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 40 }), (length, size) => {
    const items = Array.from({ length }, (_, i) => i);
    for (const divide of [chunks, evenBatches]) {
      const parts = divide(items, size);
      deepEqual(parts.flat(), items);
      equal(parts.length, Math.ceil(length / size));
      ok(parts.every((part) => part.length > 0 && part.length <= size));
    }
    const sizes = evenBatches(items, size).map((part) => part.length);
    if (length > 0) ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }));
});
