// Loss and accuracy of a set of pictures, gathered batch by batch.
import type { Tensor } from '../tensor.ts';
import type { Scores } from './checkpoint.ts';
import { lossValue, shareRight, targetsOf } from './losses.ts';
import type { LossKind } from './losses.ts';

export interface Scorer {
  /** @param loss of the batch where it is known already; none = the plain loss, neither smoothed nor weighted */
  add(logits: Tensor, labels: readonly (readonly number[])[], loss?: number): void;
  scores(): Scores;
}

/** Means over pictures, so that the sizes of batches do not matter. */
export function createScorer(kind: LossKind, classes: number): Scorer {
  let loss = 0, right = 0, count = 0;
  return {
    add(logits, labels, known) {
      loss += labels.length * (known ?? lossValue(kind, logits, targetsOf(labels, { kind, classes })));
      right += labels.length * shareRight(kind, logits, labels);
      count += labels.length;
    },
    scores: () => ({ loss: loss / count, accuracy: right / count }),
  };
}
