// How objects agree, one by one: which of the predicted is which of the reference, and what follows from it.
import type { Mask } from '#contract/geometry.ts';
import { area, intersect } from '../masks/index.ts';

export interface ObjectMatch {
  readonly reference: number;
  readonly predicted: number;
  /** Intersection over union of the pairs that match: of those above one half, of which no object can have two. */
  readonly matched: readonly number[];
  /** For each object of the reference whether it has a match. */
  readonly found: readonly boolean[];
}

/** Shares of one picture; null where neither side has an object. */
export interface ObjectShares {
  /** TP / (TP + FP + FN) at an IoU above .5, as in the 2018 Data Science Bowl (Caicedo et al. 2019): objects without scores have no ranking to average over. */
  readonly ap50: number | null;
  /** Panoptic quality, Kirillov et al. 2019: sum of matched IoU / (TP + FP/2 + FN/2). */
  readonly panopticQuality: number | null;
}

/** Pairs of objects whose IoU is above one half. */
export function matchObjects(reference: readonly Mask[], predicted: readonly Mask[]): ObjectMatch {
  const matched: number[] = [], found: boolean[] = [], areas = predicted.map(area);
  const ends = predicted.map(extentOf);
  for (const one of reference) {
    const size = area(one), [top, bottom] = extentOf(one), before = matched.length;
    for (const [index, other] of predicted.entries()) {
      const [otherTop, otherBottom] = ends[index]!;
      if (otherBottom <= top || otherTop >= bottom) continue;
      const both = area(intersect(one, other)), iou = both / (size + areas[index]! - both);
      if (iou > 0.5) matched.push(iou);
    }
    found.push(matched.length > before);
  }
  return { reference: reference.length, predicted: predicted.length, matched, found };
}

export function objectShares({ reference, predicted, matched }: Pick<ObjectMatch, 'reference' | 'predicted' | 'matched'>): ObjectShares {
  const hits = matched.length, all = reference + predicted - hits;
  return {
    ap50: all === 0 ? null : hits / all,
    panopticQuality: all === 0 ? null : matched.reduce((sum, iou) => sum + iou, 0) / (hits + (reference - hits) / 2 + (predicted - hits) / 2),
  };
}

/** First and one past the last pixel, counted along the rows; masks of which these do not overlap have no pixel in common. */
function extentOf({ runs, width, height }: Mask): readonly [number, number] {
  const last = runs.length % 2 === 1 ? runs.at(-1)! : 0;
  return [runs[0]!, width * height - last];
}
