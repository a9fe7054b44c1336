// Accuracies of a lesson with their intervals, and differences on the same pictures: whole subjects are drawn, since pictures of one are alike.
import type { JobImage } from '#contract/jobs.ts';
import type { PlotSeries } from '#contract/lessons.ts';
import { meanWithInterval, numbered, pairedDifference } from '../evaluation/index.ts';
import type { MeasuredMean } from '../evaluation/index.ts';

type Images = readonly Pick<JobImage, 'group'>[];

const optionsOf = (images: Images, seed: number) => ({ ...numbered(images.map(({ group }) => group)), replicates: 2000, seed, level: 0.95 });

/** @param right 1 for each picture with the right answer, else 0 */
export function accuracyOf(right: readonly number[], images: Images, seed: number): MeasuredMean {
  return meanWithInterval(right, optionsOf(images, seed));
}

/** First less second, of two answers to the same pictures. */
export function differenceOf(first: readonly number[], second: readonly number[], images: Images, seed: number): MeasuredMean {
  return pairedDifference(first, second, optionsOf(images, seed));
}

/** As a point of a plot. */
export function point(x: number, measured: MeasuredMean | null): PlotSeries['points'][number] {
  return { x, y: measured?.value ?? null, low: measured?.low ?? null, high: measured?.high ?? null };
}
