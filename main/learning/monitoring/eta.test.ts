import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { createEstimate } from './eta.ts';

test('nothing is promised before it was measured', () => {
  const estimate = createEstimate();
  estimate.took('step', 2, 3);
  equal(estimate.left({ step: 10 }), 15);
  equal(estimate.left({ step: 10, validation: 1 }), null);
  equal(estimate.left({ step: 10, validation: 0 }), 15);
});

test('a change of speed is followed within some measurements', () => {
  const estimate = createEstimate();
  estimate.took('step', 1, 1);
  for (let i = 0; i < 20; i++) estimate.took('step', 1, 3);
  // 0.8^20 = 1 % of the old speed is left.
  ok(Math.abs(estimate.left({ step: 1 })! - 3) < 0.05);
});
