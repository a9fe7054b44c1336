// Reads a learning rate off the losses of a sweep (Smith 2017; Howard and Gugger 2020).
import type { RateSweep } from '#contract/rate-sweep.ts';

/** Lowest and highest rate of a sweep, and its steps: some eleven to a decade. */
export const sweepRange = { lowest: 1e-6, highest: 10, steps: 80 } as const;

/** Weight of what came before in the moving average: the last ten losses count. */
const memory = 0.9;
/** So many losses the average gathers first; until then it follows single batches, and its slope is theirs. */
const gathering = 1 / (1 - memory);
/** A smoothed loss this many times the lowest has broken away. */
const broken = 4;
/** Share by which the loss has to fall before a rate is read off: less is noise between batches. */
const fall = 0.02;

/** @param step from 0 */
export function sweepRate(step: number): number {
  const { lowest, highest, steps } = sweepRange;
  return lowest * (highest / lowest) ** (step / (steps - 1));
}

/** Exponential moving averages, each divided by the weight that it has gathered so far. */
export function smoothed(losses: readonly number[]): number[] {
  let average = 0;
  return losses.map((loss, i) => {
    average = memory * average + (1 - memory) * loss;
    return average / (1 - memory ** (i + 1));
  });
}

export function hasBrokenAway(losses: readonly number[]): boolean {
  const curve = smoothed(losses);
  const last = curve.at(-1) ?? 0;
  return !Number.isFinite(last) || last > broken * Math.min(...curve);
}

/** A tenth of the rate with the lowest smoothed loss, and the rate where it falls fastest on the way there. */
export function suggestions(points: RateSweep['points']): Pick<RateSweep, 'suggested' | 'steepest'> {
  const lowest = points.reduce((best, { smoothed: loss }, i) => (loss < points[best]!.smoothed ? i : best), 0);
  if (lowest === 0 || points[lowest]!.smoothed > (1 - fall) * points[0]!.smoothed) return { suggested: null, steepest: null };
  const slope = (i: number) => (points[i + 1]!.smoothed - points[i]!.smoothed) / Math.log(points[i + 1]!.rate / points[i]!.rate);
  let steepest = Math.min(Math.round(gathering), lowest - 1);
  for (let i = steepest + 1; i < lowest; i++) if (slope(i) < slope(steepest)) steepest = i;
  return { suggested: points[lowest]!.rate / 10, steepest: Math.sqrt(points[steepest]!.rate * points[steepest + 1]!.rate) };
}
