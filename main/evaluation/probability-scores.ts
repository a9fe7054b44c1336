// How well probabilities fit what was seen: log loss and Brier score, per picture.

/** Probabilities are kept this far from 0 and 1 (the float32 epsilon, so that one sure mistake does not make the mean infinite). */
const smallest = 2 ** -23;

/** Natural log of a probability, kept finite. */
function logOf(probability: number): number {
  return Math.log(Math.min(1 - smallest, Math.max(smallest, probability)));
}

/** -log p of the reference class, one per picture. */
export function logLosses(probabilities: readonly (readonly number[])[], references: readonly number[]): Float64Array {
  return Float64Array.from(probabilities, (row, i) => -logOf(row[references[i]!]!));
}

/** Binary log loss averaged over the classes, one per picture; `references[i]` are the classes that picture i has. */
export function binaryLogLosses(probabilities: readonly (readonly number[])[], references: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(probabilities, (row, i) => {
    const has = new Set(references[i]!);
    return row.reduce((sum, p, c) => sum - logOf(has.has(c) ? p : 1 - p), 0) / row.length;
  });
}

/** Sum over classes of the squared difference to the one-hot reference, one per picture: 0 is perfect, 2 the worst (Brier 1950). */
export function brierScores(probabilities: readonly (readonly number[])[], references: readonly number[]): Float64Array {
  return Float64Array.from(probabilities, (row, i) => row.reduce((sum, p, c) => sum + (p - (c === references[i] ? 1 : 0)) ** 2, 0));
}

/** Mean with weights; null when they sum to nothing. */
export function weightedMean(values: ArrayLike<number>, weights?: ArrayLike<number>): number | null {
  let sum = 0, total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i]! : 1;
    sum += weight * values[i]!;
    total += weight;
  }
  return total > 0 ? sum / total : null;
}
