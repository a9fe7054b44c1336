// The numbers of the retention meter and the part of the axis that shows them.
import type { RunEventBody } from '#contract/run-events.ts';
import { niceTicks } from './ticks.ts';

export interface Retained extends Pick<Extract<RunEventBody, { type: 'retention' }>, 'of' | 'value' | 'pictures'> {
  /** Epochs of training by steps done, on the plan's axis. */
  readonly at: number;
}

export interface RetentionScale {
  readonly ticks: readonly number[];
  /** Value -> share of the height from the bottom. */
  place(value: number): number;
}

/** From a round number below the smallest share to 1: a loss of some per cent is seen, and nothing looks like all. */
export function retentionScale(values: readonly number[]): RetentionScale {
  const low = Math.max(0, Math.floor((Math.min(1, ...values) - 0.05) * 5) / 5);
  return { ticks: niceTicks(low, 1, 4), place: (value) => (value - low) / (1 - low) };
}
