// How good masks are, picture by picture and then over pictures: never all pixels in one pool, in which large objects and many pictures of one subject would decide.
import { StudioError } from '#contract/errors.ts';
import type { Measure } from '#contract/records.ts';
import type { ClassMaskMeasures, PictureMaskScores, PictureSummary, SegmentationMeasures } from '#contract/segmentation.ts';
import { blandAltman } from './agreement.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { indexed } from './measures.ts';
import { meanWithInterval } from './paired.ts';
import { scorePicture, type SegmentedPicture } from './segmentation-picture.ts';
import { foundBySize } from './segmentation-sizes.ts';
import { thresholds } from './segmentation-threshold.ts';

export interface EvaluateSegmentationOptions {
  readonly classes: readonly string[];
  readonly pictures: readonly SegmentedPicture[];
  readonly seed: number;
  readonly replicates?: number;
}

const level = 0.95;
const shares = ['dice', 'iou', 'hd95', 'precision', 'recall'] as const;

/** Measures masks against those of the reference standard. Throws `refused` without pictures. */
export function evaluateSegmentation({ classes, pictures, seed, replicates = 2000 }: EvaluateSegmentationOptions): SegmentationMeasures {
  if (pictures.length === 0) throw new StudioError('refused', 'evaluation.empty', {}, 'There is no labelled picture in this partition. Label some, or make a split that gives it some.');
  const millimetres = pictures.every(({ spacing }) => spacing !== null);
  const apart = classes.map((_, c) => pictures.some(({ objects }) => objects?.some(({ classIndex }) => classIndex === c)));
  const scored = pictures.map((picture) => scorePicture(picture, classes.length, millimetres, apart)), perImage = scored.map(({ scores }) => scores);
  const { subjectOf, count, known } = indexed(pictures.map(({ subject }) => subject)), options = { subjectOf, subjects: count, replicates, seed, level };

  const summary = (values: readonly (number | null)[]) => summarise(values, options);
  const ofShares = (values: readonly Pick<PictureMaskScores, (typeof shares)[number]>[]) => Object.fromEntries(shares.map((name) => [name, summary(values.map((one) => one[name]))])) as Record<(typeof shares)[number], PictureSummary>; // one entry per name
  return {
    n: pictures.length,
    subjects: count,
    classes: [...classes],
    unit: millimetres ? 'millimetre' : 'pixel',
    ...ofShares(perImage),
    perClass: classes.map((name, c): ClassMaskMeasures => {
      const scores = perImage.map(({ perClass }) => perClass[c]!);
      const objects = scores.map((one) => one.objects).filter((one) => one !== null);
      const empty = scores.map(({ referenceArea, predictedArea }) => Number(referenceArea === 0) + Number(predictedArea === 0));
      return {
        name,
        ...ofShares(scores),
        bothEmpty: empty.filter((sides) => sides === 2).length,
        oneEmpty: empty.filter((sides) => sides === 1).length,
        area: blandAltman(scores.map(({ referenceArea, predictedArea }) => [referenceArea, predictedArea])),
        objects: apart[c] ? {
          count: blandAltman(objects.map(({ reference, predicted }) => [reference, predicted])),
          ap50: summary(objects.map(({ ap50 }) => ap50)),
          panopticQuality: summary(objects.map(({ panopticQuality }) => panopticQuality)),
        } : null,
        sizes: foundBySize(scored.flatMap(({ perClass }, at) => perClass[c]!.objects.map((one) => ({ ...one, picture: at }))), options),
        thresholds: byThreshold(scored.map(({ perClass }) => perClass[c]!.byThreshold), options),
      };
    }),
    perImage,
    intervals: { method: 'bootstrap', unit: known ? 'subject' : 'picture', replicates, seed, level },
  };
}

/** Mean Dice at each threshold; none unless every picture has its probabilities. */
function byThreshold(perPicture: readonly (readonly number[] | null)[], options: BootstrapOptions): ClassMaskMeasures['thresholds'] {
  const known = perPicture.filter((dice) => dice !== null);
  return known.length < perPicture.length ? [] : thresholds.map((at, i) => ({ at, dice: meanWithInterval(known.map((dice) => dice[i]!), options) }));
}

/** Mean and median over the pictures on which a value is defined, with intervals from the same replicates. */
function summarise(values: readonly (number | null)[], options: BootstrapOptions): PictureSummary {
  const defined = values.flatMap((value, picture) => (value === null ? [] : [{ value, picture }])).sort((a, b) => a.value - b.value);
  const statistics = (weights: Float64Array): readonly [number | null, number | null] => {
    let total = 0, sum = 0;
    for (const { value, picture } of defined) {
      total += weights[picture]!;
      sum += weights[picture]! * value;
    }
    return total === 0 ? [null, null] : [sum / total, weightedMedian(defined, weights, total)];
  };
  const point = statistics(new Float64Array(values.length).fill(1)), intervals = bootstrapIntervals(statistics, options);
  const measure = (k: 0 | 1): Measure => (point[k] === null ? { value: null, low: null, high: null } : { value: point[k], ...intervals[k]! });
  return { mean: measure(0), median: measure(1), n: defined.length };
}

/** The middle one of sorted values that count whole numbers of times; of two in the middle their mean. */
function weightedMedian(sorted: readonly { readonly value: number; readonly picture: number }[], weights: Float64Array, total: number): number {
  let below = 0, lower: number | null = null;
  for (const { value, picture } of sorted) {
    below += weights[picture]!;
    if (lower === null && below * 2 >= total) lower = value;
    if (below * 2 > total) return ((lower ?? value) + value) / 2;
  }
  return lower ?? NaN;
}
