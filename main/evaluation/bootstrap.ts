// Intervals by bootstrap over subjects: whole subjects are drawn again, so that pictures of one subject do not count as independent.
import { fnv1a32, philox } from '../random.ts';

export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

export interface BootstrapOptions {
  /** Subject of each picture as an index 0 .. subjects-1. */
  readonly subjectOf: ArrayLike<number>;
  readonly subjects: number;
  readonly replicates: number;
  readonly seed: number;
  /** Share of the replicates inside the interval, e.g. 0.95. */
  readonly level: number;
}

/**
 * Percentile intervals of several statistics from the same replicates (Efron and Tibshirani 1993, chapter 13; clusters as in Davison and Hinkley 1997, 3.8).
 * A replicate in which a statistic is not defined is left out for that statistic; when that is more than half of them, or there are fewer than two subjects, there is no interval.
 * @param statistics values for given weights of the pictures (how often each one's subject was drawn); always the same number of them
 */
export function bootstrapIntervals(statistics: (weights: Float64Array) => readonly (number | null)[], options: BootstrapOptions): Interval[] {
  const { subjectOf, subjects, replicates, seed, level } = options;
  const samples: number[][] = statistics(new Float64Array(subjectOf.length).fill(1)).map(() => []);
  if (subjects < 2) return samples.map(() => ({ low: null, high: null }));
  const weights = new Float64Array(subjectOf.length);
  const drawn = new Float64Array(subjects);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawSubjects(drawn, replicate, seed);
    for (let i = 0; i < weights.length; i++) weights[i] = drawn[subjectOf[i]!]!;
    statistics(weights).forEach((value, k) => {
      if (value !== null) samples[k]!.push(value);
    });
  }
  const tail = (1 - level) / 2;
  return samples.map((sample) => {
    if (sample.length * 2 < replicates || sample.length === 0) return { low: null, high: null };
    const sorted = Float64Array.from(sample).sort();
    return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  });
}

/** Draws as many subjects as there are, with replacement; `counts` gets how often each was drawn. */
function drawSubjects(counts: Float64Array, replicate: number, seed: number): void {
  const key: [number, number] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const name = fnv1a32('bootstrap');
  counts.fill(0);
  for (let block = 0; block * 4 < counts.length; block++) {
    const words = philox([replicate, block, name, 0], key);
    for (let k = 0; k < 4 && block * 4 + k < counts.length; k++) {
      const subject = Math.floor((words[k]! / 2 ** 32) * counts.length);
      counts[subject] = counts[subject]! + 1;
    }
  }
}

/** Quantile of sorted numbers by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}
