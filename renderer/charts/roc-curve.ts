// The ROC curve of one class against the rest, from its probabilities, for drawing.

export interface RocPoint { readonly falsePositives: number; readonly truePositives: number }

/**
 * Points from (0, 0) to (1, 1), one per distinct score, highest first; equal scores move together, so ties draw a slope.
 * Empty when one of the two sides has no picture.
 */
export function rocCurve(scores: readonly number[], positive: readonly boolean[]): RocPoint[] {
  const positives = positive.filter(Boolean).length, negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const order = scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  const points: RocPoint[] = [{ falsePositives: 0, truePositives: 0 }];
  let right = 0, wrong = 0;
  order.forEach((index, rank) => {
    if (positive[index]) right++;
    else wrong++;
    const next = order[rank + 1];
    if (next === undefined || scores[next] !== scores[index]) points.push({ falsePositives: wrong / negatives, truePositives: right / positives });
  });
  return points;
}
