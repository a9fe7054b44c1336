// The stages that are drawn are trained ones in order with both ends; the axis holds every value.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Phase } from '../../main/contract/plan.ts';
import { logAxis, shownStages } from './movement.ts';

const phase = (rates: (number | null)[]): Phase => ({ kind: 'train', name: 'train', epochs: 1, rates, schedule: { kind: 'constant' }, optimizer: 'sgd', batchSize: 8, weightDecay: 0, batchNorm: 'frozen', patience: null });

test('of the trained stages both ends are drawn, and at most two between them', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 14 }), (trained) => {
    const shown = shownStages({ stages: trained.map((_, i) => ({ name: String(i), parameters: 1 })), phases: [phase(trained.map((one) => (one ? 1e-3 : null)))] });
    const all = trained.flatMap((one, stage) => (one ? [stage] : []));
    assert.equal(shown.length, Math.min(4, all.length));
    assert.deepEqual([shown[0], shown.at(-1)], [all[0], all.at(-1)]);
    assert.ok(shown.every((stage, i) => trained[stage] && (i === 0 || stage > shown[i - 1]!)));
  }));
});

test('an axis of whole decades holds every value, with few ticks', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
    const axis = logAxis(values)!;
    for (const value of values) assert.ok(axis.scale(value) >= -1e-9 && axis.scale(value) <= 1 + 1e-9);
    assert.ok(axis.ticks.length >= 2 && axis.ticks.length <= 5);
  }));
  assert.equal(logAxis([]), null);
});
