// The measures of one picture: each class by itself, and their mean over the classes that are to be seen.
import type { Mask } from '#contract/geometry.ts';
import type { MaskScores, PictureMaskScores } from '#contract/segmentation.ts';
import { area, components, encode, ignored } from '../masks/index.ts';
import { hausdorff95, type Raster } from './segmentation-distance.ts';
import { matchObjects, objectShares } from './segmentation-objects.ts';
import { overlap, pixelCounts } from './segmentation-overlap.ts';
import type { SizedObject } from './segmentation-sizes.ts';
import { diceByThreshold } from './segmentation-threshold.ts';

/** An object of a class. */
export interface ObjectMask { readonly classIndex: number; readonly mask: Mask }

export interface SegmentedPicture {
  readonly id: string;
  /** Null = not known: the picture counts as a subject of its own. */
  readonly subject: string | null;
  readonly width: number;
  readonly height: number;
  /** Millimetres between [rows, columns], where they are known. */
  readonly spacing: readonly [number, number] | null;
  /** One byte per pixel: 0 background, i + 1 class i, 255 of which nobody says what it is. */
  readonly reference: Uint8Array;
  readonly predicted: Uint8Array;
  /** Of each class, one byte per pixel in 256ths; none = not kept. */
  readonly probabilities?: readonly Uint8Array[];
  /** The reference's objects one by one, where it tells them apart; none = the connected parts of each class. */
  readonly objects?: readonly ObjectMask[];
  /** The model's; none = the connected parts of each class. */
  readonly predictedObjects?: readonly ObjectMask[];
}

export interface ScoredPicture {
  readonly scores: PictureMaskScores;
  /** By class. */
  readonly perClass: readonly {
    /** The reference's objects, or its connected parts where it tells none apart. */
    readonly objects: readonly Omit<SizedObject, 'picture'>[];
    /** Dice at each threshold; none without probabilities. */
    readonly byThreshold: readonly number[] | null;
  }[];
}

/**
 * @param millimetres whether distances and areas are in millimetres, or in pixels
 * @param apart for each class whether its objects are told apart anywhere in the reference
 */
export function scorePicture(picture: SegmentedPicture, classes: number, millimetres: boolean, apart: readonly boolean[]): ScoredPicture {
  const { id, subject, width, height, spacing, reference, predicted } = picture;
  if (reference.length !== width * height || predicted.length !== width * height) throw new Error(`the label maps of picture ${id} are not ${width} x ${height}`);
  const raster: Raster = { width, height, spacing: millimetres && spacing ? spacing : [1, 1] };
  const scored = Array.from({ length: classes }, (_, c) => scoreClass(picture, c, raster, apart[c] ?? false)), perClass = scored.map(({ scores }) => scores);
  const shown = perClass.filter(({ referenceArea, predictedArea }) => referenceArea + predictedArea > 0);
  return {
    scores: {
      id, subject, perClass,
      // Never null: Dice and IoU are defined for every class.
      dice: mean(shown.map(({ dice }) => dice), 1) ?? 1, iou: mean(shown.map(({ iou }) => iou), 1) ?? 1,
      hd95: mean(shown.map(({ hd95 }) => hd95), null), precision: mean(shown.map(({ precision }) => precision), null), recall: mean(shown.map(({ recall }) => recall), null),
    },
    perClass: scored.map(({ objects, byThreshold }) => ({ objects, byThreshold })),
  };
}

/** Dice of two label maps of one picture, as `scorePicture` gives it. */
export function pictureDice(reference: Uint8Array, predicted: Uint8Array, classes: number): number {
  const shares = Array.from({ length: classes }, (_, c) => pixelCounts(...known(reference, predicted, c))).filter(({ both, referenceOnly, predictedOnly }) => both + referenceOnly + predictedOnly > 0);
  return mean(shares.map((counts) => overlap(counts).dice), 1) ?? 1;
}

function mean(values: readonly (number | null)[], none: number | null): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? none : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** The pixels of a class on both sides, those that the reference leaves open not among them. */
function known(reference: Uint8Array, predicted: Uint8Array, c: number): readonly [Uint8Array, Uint8Array] {
  const of = (map: Uint8Array) => Uint8Array.from(map, (value, i) => (value === c + 1 && reference[i] !== ignored ? 1 : 0));
  return [of(reference), of(predicted)];
}

function scoreClass(picture: SegmentedPicture, c: number, raster: Raster, apart: boolean): { scores: MaskScores } & ScoredPicture['perClass'][number] {
  const { width, height, objects, predictedObjects, probabilities } = picture, [reference, predicted] = known(picture.reference, picture.predicted, c);
  const counts = pixelCounts(reference, predicted), pixel = raster.spacing[0] * raster.spacing[1];
  const inReference = counts.both + counts.referenceOnly, inPrediction = counts.both + counts.predictedOnly;
  // A mask without a pixel says that there is nothing to be seen: it is no object.
  const ofClass = (list: readonly ObjectMask[]) => list.filter(({ classIndex, mask }) => classIndex === c && area(mask) > 0).map(({ mask }) => mask);
  const real = apart && objects ? ofClass(objects) : components(encode(reference, width, height));
  const match = matchObjects(real, predictedObjects ? ofClass(predictedObjects) : components(encode(predicted, width, height)));
  return {
    scores: {
      ...overlap(counts),
      hd95: inReference > 0 && inPrediction > 0 ? hausdorff95(reference, predicted, raster) : null,
      referenceArea: inReference * pixel,
      predictedArea: inPrediction * pixel,
      objects: apart ? { reference: match.reference, predicted: match.predicted, matched: match.matched.length, ...objectShares(match) } : null,
    },
    objects: real.map((mask, i) => ({ area: area(mask) * pixel, found: match.found[i]! })),
    byThreshold: probabilities?.[c] ? diceByThreshold(picture.reference, c + 1, probabilities[c]) : null,
  };
}
