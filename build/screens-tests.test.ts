import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf } from './screens-tests.ts';

test('a report of the browser tests counts what passed, and takes a flaky test and a fault outside of tests for failures', () => {
  const stats = { startTime: '', duration: 1, expected: 5, unexpected: 1, flaky: 2, skipped: 4 };
  assert.deepEqual(countsOf({ config: {}, suites: [], errors: [], stats }), { passed: 5, failed: 3, skipped: 4 });
  assert.deepEqual(countsOf({ errors: [{ message: 'the global setup failed' }], stats: { ...stats, expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }), { passed: 0, failed: 1, skipped: 0 });
  assert.throws(() => countsOf({ suites: [] }));
});
