// Learning-rate schedules: pure functions of progress, for the training job and for the drawing of its plan.
import { assertNever } from './errors.ts';
import type { Schedule } from './plan.ts';

/** A linear warm-up starts at this share of the rate. */
const warmupStart = 0.1;

/**
 * Factor on the peak learning rate.
 * cosine: linear warm-up over the first `warmup`, then half a cosine down to `floor` (Loshchilov and Hutter 2017).
 * step: times `factor` after every `every` of the phase. one-cycle: half a cosine from `start` up to the peak at `peakAt`, half a cosine down to `end` (Smith 2018).
 * constant and step: with a `warmup`, the same linear one first, and the schedule over what is left.
 * @param progress share of the phase that is done, 0..1
 */
export function scheduleFactor(schedule: Schedule, progress: number): number {
  switch (schedule.kind) {
    case 'constant': return warmedUp(schedule.warmup ?? 0, progress, () => 1);
    case 'cosine': {
      const { warmup, floor } = schedule;
      return warmedUp(warmup, progress, (share) => halfCosine(1, floor, share));
    }
    // Progress is a quotient of step counts: without the small lift, 7/20 of 20 steps could round below 7.
    case 'step': return warmedUp(schedule.warmup ?? 0, progress, (share) => schedule.factor ** Math.floor(share / schedule.every + 1e-9));
    case 'one-cycle': {
      const { peakAt, start, end } = schedule;
      return progress < peakAt ? halfCosine(start, 1, progress / peakAt) : halfCosine(1, end, peakAt < 1 ? (progress - peakAt) / (1 - peakAt) : 1);
    }
    default: return assertNever(schedule);
  }
}

/** @param then the factor over what is left of the phase, from its share 0..1 */
function warmedUp(warmup: number, progress: number, then: (share: number) => number): number {
  if (progress < warmup) return warmupStart + (1 - warmupStart) * (progress / warmup);
  return then(warmup < 1 ? (progress - warmup) / (1 - warmup) : 1);
}

/** From `from` to `to` along half a cosine; `share` is clipped to 0..1. */
function halfCosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))));
}
