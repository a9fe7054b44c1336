// What a run tells of the pictures that it looks at without their classes, and whether that taught anything.
import type { RunEventBody } from '#contract/run-events.ts';

type Compared = Extract<RunEventBody, { type: 'pretrained' }>;

/** How far the pretraining of a run is. */
export interface FirstLook {
  readonly epoch: number;
  readonly epochs: number;
  readonly secondsLeft: number | null;
  /** Mean over dimensions of the standard deviation of the embeddings scaled to length 1. */
  readonly deviation: number;
  /** What it would be if they were spread evenly: 1 / sqrt(dimension). */
  readonly even: number;
  /** Whether all pictures have come to next to the same embedding. */
  readonly collapsed: boolean;
  /** A linear head on the backbone before and after; null until both were fitted. */
  readonly compared: Pick<Compared, 'pictures' | 'plain' | 'pretrained'> | null;
}

/** @returns null before its first epoch. A run that was resumed looks again from the start, and what it told before no longer counts. */
export function firstLook(told: readonly RunEventBody[]): FirstLook | null {
  const at = told.findLastIndex(({ type }) => type === 'pretraining'), last = told[at];
  if (last?.type !== 'pretraining') return null;
  const compared = told.slice(at).find((body) => body.type === 'pretrained') ?? null;
  const { epoch, epochs, secondsLeft, deviation, collapsedBelow } = last;
  // The limit is half of what is even. A deviation that is not a number counts as collapsed, as in the run itself.
  return { epoch, epochs, secondsLeft, deviation, even: 2 * collapsedBelow, collapsed: !(deviation > collapsedBelow), compared };
}
