// The time axis: phases fill it without gap or overlap, and epochs run along it in order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Phase } from '../../main/contract/plan.ts';
import { epochTicks, placeOf, planAxis, rateLevel } from './plan-axis.ts';

const fit = fc.constant<Phase>({ kind: 'fit', name: 'head', head: 'logistic' });
const train = fc.integer({ min: 1, max: 60 }).map((epochs): Phase => ({ kind: 'train', name: 'train', epochs, rates: [null, 1e-3], schedule: { kind: 'constant' }, optimizer: 'sgd', batchSize: 8, weightDecay: 0, batchNorm: 'frozen', patience: null }));
const phases = fc.array(fc.oneof(fit, train), { minLength: 1, maxLength: 5 });
/** Sums of a few doubles near 1. */
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9);

test('phases fill the axis from 0 to 1 without gap or overlap', () => {
  fc.assert(fc.property(phases, (list) => {
    const axis = planAxis(list);
    close(axis.phases[0]!.from, 0);
    close(axis.phases.at(-1)!.to, 1);
    axis.phases.forEach((phase, index) => { if (index > 0) close(phase.from, axis.phases[index - 1]!.to); });
  }));
});

test('epochs stand inside their own phase and in order', () => {
  fc.assert(fc.property(phases, (list) => {
    const axis = planAxis(list);
    let before = -1;
    for (let epoch = 0.5; epoch < axis.epochs; epoch++) {
      const at = placeOf(axis, epoch);
      const phase = axis.phases.find(({ firstEpoch, epochs }) => epoch >= firstEpoch && epoch <= firstEpoch + epochs)!;
      assert.ok(at >= phase.from - 1e-9 && at <= phase.to + 1e-9 && at > before);
      before = at;
    }
  }));
});

test('ticks begin at 0, end with the last epoch and are few', () => {
  for (let epochs = 1; epochs <= 400; epochs++) {
    const ticks = epochTicks(epochs);
    assert.equal(ticks[0], 0);
    assert.equal(ticks.at(-1), epochs);
    assert.ok(ticks.length <= 9 && new Set(ticks).size === ticks.length);
  }
});

test('the lowest rate is drawn faintest and the highest strongest', () => {
  assert.equal(rateLevel(1e-5, 1e-5, 1e-3), 1);
  assert.equal(rateLevel(1e-4, 1e-5, 1e-3), 3);
  assert.equal(rateLevel(1e-3, 1e-5, 1e-3), 5);
  assert.equal(rateLevel(1e-3, 1e-3, 1e-3), 5);
});
