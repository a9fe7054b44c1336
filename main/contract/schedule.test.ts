import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Schedule } from '#contract/plan.ts';
import { scheduleFactor } from './schedule.ts';

// Values of torch.optim.lr_scheduler in steps 0..19 with base rate 0.1; see testdata/oracle/README.md.
const { schedules } = JSON.parse(readFileSync(new URL('../../testdata/oracle/training.json', import.meta.url), 'utf8')) as { schedules: { runs: Record<string, number[] & { lr: number[] }> } }; // our own file

function equals(name: string, expected: readonly number[], schedule: Schedule, progress: (step: number) => number): void {
  test(`${name} equals PyTorch`, () => {
    // The file has ten digits.
    expected.forEach((rate, step) => ok(Math.abs(0.1 * scheduleFactor(schedule, progress(step)) - rate) < 1e-10, `step ${step}`));
  });
}

const run = (name: string) => schedules.runs[name]!;
equals('cosine', run('cosine T_max=20 eta_min=1e-5'), { kind: 'cosine', warmup: 0, floor: 1e-4 }, (step) => step / 20);
equals('warm-up and cosine', run('linear warm-up 5 steps from 0.1x, then cosine T_max=15 eta_min=0'), { kind: 'cosine', warmup: 5 / 20, floor: 0 }, (step) => step / 20);
equals('step', run('step step_size=7 gamma=0.1'), { kind: 'step', every: 7 / 20, factor: 0.1 }, (step) => step / 20);
// OneCycleLR peaks at step 0.3 * 20 - 1 = 5 and reaches its end in the last step, 19.
equals('one-cycle', run('onecycle max_lr=0.1 total_steps=20 pct_start=0.3 cos div_factor=25 final_div_factor=1e4 momentum 0.85..0.95').lr, { kind: 'one-cycle', peakAt: 5 / 19, start: 1 / 25, end: 1 / 25 / 1e4 }, (step) => step / 19);
// PyTorch's SequentialLR of LinearLR and another schedule counts the steps of the second anew.
equals('warm-up and step', [...Array.from({ length: 5 }, (_, step) => 0.1 * (0.1 + 0.9 * (step / 5))), ...run('step step_size=7 gamma=0.1').slice(0, 15)], { kind: 'step', every: 7 / 15, factor: 0.1, warmup: 5 / 20 }, (step) => step / 20);
equals('constant', Array<number>(20).fill(0.1), { kind: 'constant' }, (step) => step / 20);

test('a factor stays within 0..1 wherever a phase is', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const positive = fc.double({ min: 1e-6, max: 1, noNaN: true });
  const any: fc.Arbitrary<Schedule> = fc.oneof(
    fc.record({ kind: fc.constant('cosine' as const), warmup: share, floor: share }),
    fc.record({ kind: fc.constant('step' as const), every: positive, factor: positive, warmup: share }),
    fc.record({ kind: fc.constant('constant' as const), warmup: share }),
    fc.record({ kind: fc.constant('one-cycle' as const), peakAt: share, start: positive, end: positive }),
  );
  fc.assert(fc.property(any, share, (schedule, progress) => {
    const factor = scheduleFactor(Schedule.parse(schedule), progress);
    ok(factor >= 0 && factor <= 1 + 1e-12, `${factor}`);
  }));
});
