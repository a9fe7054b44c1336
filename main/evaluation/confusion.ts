// The confusion matrix and what is read off it.

/** Counts of pictures, or sums of their weights: `counts[reference * classes + predicted]`. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Float64Array;
}

/**
 * Counts pairs of reference and predicted class.
 * @param weights how often each picture counts; none = once
 */
export function confusionMatrix(references: ArrayLike<number>, predicted: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): Confusion {
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < references.length; i++) {
    const cell = references[i]! * classes + predicted[i]!;
    counts[cell] = counts[cell]! + (weights ? weights[i]! : 1);
  }
  return { classes, counts };
}

/** One class against the rest. */
export interface Outcomes {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

export function outcomes({ classes, counts }: Confusion, of: number): Outcomes {
  let row = 0, column = 0, total = 0;
  for (let i = 0; i < classes; i++) {
    row += counts[of * classes + i]!;
    column += counts[i * classes + of]!;
  }
  for (const count of counts) total += count;
  const truePositive = counts[of * classes + of]!;
  return { truePositive, falsePositive: column - truePositive, falseNegative: row - truePositive, trueNegative: total - row - column + truePositive };
}

/** Share of the pictures on the diagonal; null without pictures. */
export function accuracy({ classes, counts }: Confusion): number | null {
  let right = 0, total = 0;
  for (let i = 0; i < counts.length; i++) {
    total += counts[i]!;
    if (i % (classes + 1) === 0) right += counts[i]!;
  }
  return ratio(right, total);
}

/** Mean sensitivity of the classes that occur in the reference standard; null when none does. */
export function balancedAccuracy(confusion: Confusion): number | null {
  return meanOfDefined(Array.from({ length: confusion.classes }, (_, of) => sensitivity(outcomes(confusion, of))));
}

/** Recall: share of the class that is found. Null when the class does not occur. */
export const sensitivity = ({ truePositive, falseNegative }: Outcomes): number | null => ratio(truePositive, truePositive + falseNegative);

/** Share of the rest that is left alone. Null when there is no rest. */
export const specificity = ({ trueNegative, falsePositive }: Outcomes): number | null => ratio(trueNegative, trueNegative + falsePositive);

/** Positive predictive value in this set. Null when the class is never predicted. */
export const precision = ({ truePositive, falsePositive }: Outcomes): number | null => ratio(truePositive, truePositive + falsePositive);

/** Harmonic mean of sensitivity and precision. Null when the class neither occurs nor is predicted. */
export const f1 = ({ truePositive, falsePositive, falseNegative }: Outcomes): number | null => ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative);

/** Mean of what is defined; null when nothing is. */
export function meanOfDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((a, b) => a + b, 0) / defined.length;
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
