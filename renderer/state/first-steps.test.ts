// The first-run path goes on by itself with what a person does, and is over when a result has been read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep } from './first-steps.ts';

test('the next step follows from what is there, and nothing is left once a result was read', () => {
  assert.deepEqual([nextStep({ pictures: false, model: false, read: false }), nextStep({ pictures: true, model: false, read: false }), nextStep({ pictures: true, model: true, read: false }), nextStep({ pictures: true, model: true, read: true })], [1, 2, 3, null]);
});
