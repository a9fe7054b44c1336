// Agreement of two ways to measure the same thing: the mean difference, and the limits between which most differences lie.
import type { Agreement } from '#contract/segmentation.ts';

/**
 * Bland and Altman 1986: differences (second minus first), their mean and sample standard deviation, and limits at 1.96 standard deviations around the mean.
 * Without a pair there is no mean, with one no deviation.
 */
export function blandAltman(pairs: readonly (readonly [first: number, second: number])[]): Agreement {
  const n = pairs.length, differences = pairs.map(([first, second]) => second - first);
  const bias = n === 0 ? null : differences.reduce((sum, one) => sum + one, 0) / n;
  const deviation = bias === null || n < 2 ? null : Math.sqrt(differences.reduce((sum, one) => sum + (one - bias) ** 2, 0) / (n - 1));
  const limit = (side: -1 | 1) => (bias === null || deviation === null ? null : bias + side * 1.96 * deviation);
  return { n, bias, deviation, low: limit(-1), high: limit(1) };
}
