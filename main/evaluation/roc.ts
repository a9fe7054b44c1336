// Receiver operating characteristic: the area under the curve by ranks, and the curve itself.

/** Area under the curve for given weights of the pictures; none = each counts once. Null unless both kinds occur. */
export type Auc = (weights?: ArrayLike<number>) => number | null;

/**
 * Sorts the scores once and gives the area under the curve for any weights, as a bootstrap needs it.
 * The area is the share of pairs (positive, negative) in which the positive has the higher score; ties count one half (Mann and Whitney 1947).
 */
export function rankedAuc(scores: ArrayLike<number>, positive: ArrayLike<boolean>): Auc {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const isPositive = Uint8Array.from(order, (i) => (positive[i] ? 1 : 0));
  /** 1 where a score is the last of those that are tied with it. */
  const closesTie = Uint8Array.from(order, (i, rank) => (rank + 1 < order.length && scores[order[rank + 1]!] === scores[i] ? 0 : 1));
  const once = new Float64Array(order.length).fill(1);
  return (weights = once) => {
    let wins = 0, positives = 0, negatives = 0, tiedPositives = 0, tiedNegatives = 0;
    for (let rank = 0; rank < order.length; rank++) {
      const weight = weights[order[rank]!]!;
      if (isPositive[rank] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
      if (closesTie[rank] === 0) continue;
      wins += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
      tiedPositives = tiedNegatives = 0;
    }
    return positives > 0 && negatives > 0 ? wins / (positives * negatives) : null;
  };
}

/** Area under the curve of scores, higher for positives. Null unless both kinds occur. */
export function auc(scores: ArrayLike<number>, positive: ArrayLike<boolean>): number | null {
  return rankedAuc(scores, positive)();
}

/** A picture is called positive when its score is at least `threshold`. */
export interface RocPoint {
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** One point per distinct score from the highest down, after the point at infinity where nothing is called positive. Empty unless both kinds occur. */
export function rocCurve(scores: ArrayLike<number>, positive: ArrayLike<boolean>): RocPoint[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positives = order.reduce((sum, i) => sum + (positive[i] ? 1 : 0), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: RocPoint[] = [{ threshold: Infinity, sensitivity: 0, specificity: 1 }];
  let truePositive = 0, falsePositive = 0;
  order.forEach((i, rank) => {
    if (positive[i]) truePositive++;
    else falsePositive++;
    const next = order[rank + 1];
    if (next !== undefined && scores[next] === scores[i]) return;
    points.push({ threshold: scores[i]!, sensitivity: truePositive / positives, specificity: 1 - falsePositive / negatives });
  });
  return points;
}
