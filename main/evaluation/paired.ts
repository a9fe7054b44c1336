// Means over pictures and differences of two classifiers on the same pictures, with intervals from draws of whole subjects.
import type { Measure } from '#contract/records.ts';
import type { z } from 'zod';
import { bootstrapIntervals } from './bootstrap.ts';
import type { BootstrapOptions, Interval } from './bootstrap.ts';

export type MeasuredMean = z.infer<typeof Measure> & { readonly value: number };

/** Mean over pictures, with its interval by bootstrap over subjects. */
export function meanWithInterval(values: readonly number[], options: BootstrapOptions): MeasuredMean {
  const mean = (weights?: Float64Array): number => {
    let sum = 0, total = 0;
    for (let i = 0; i < values.length; i++) {
      const weight = weights ? weights[i]! : 1;
      sum += weight * values[i]!;
      total += weight;
    }
    return sum / total;
  };
  const [interval = { low: null, high: null }] = bootstrapIntervals((weights) => [mean(weights)], options);
  return { value: mean(), ...interval };
}

/**
 * First less second, by paired bootstrap: both are measured on the same draws of subjects.
 * @param first how right a classifier was on each picture, 0..1: over several seeds the share of them
 */
export function pairedDifference(first: readonly number[], second: readonly number[], options: BootstrapOptions): MeasuredMean {
  return meanWithInterval(first.map((right, i) => right - second[i]!), options);
}

/** Whether the interval of a difference leaves no doubt that the first is better; without an interval there is doubt. */
export function isBetter({ low }: Interval): boolean {
  return low !== null && low > 0;
}

/** Numbers what belongs together, in order of first appearance, as the bootstrap wants it. */
export function numbered(names: readonly string[]): Pick<BootstrapOptions, 'subjectOf' | 'subjects'> {
  const index = new Map<string, number>();
  const subjectOf = names.map((name) => {
    const at = index.get(name) ?? index.size;
    index.set(name, at);
    return at;
  });
  return { subjectOf, subjects: index.size };
}
