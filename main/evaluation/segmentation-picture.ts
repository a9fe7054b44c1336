// The measures of one picture: each class by itself, and their mean over the classes that are to be seen.
import type { Mask } from '#contract/geometry.ts';
import type { MaskScores, PictureMaskScores } from '#contract/segmentation.ts';
import { components, encode, ignored } from '../masks/index.ts';
import { hausdorff95, type Raster } from './segmentation-distance.ts';
import { matchObjects, objectShares } from './segmentation-objects.ts';
import { overlap, pixelCounts } from './segmentation-overlap.ts';

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
  /** The reference's objects one by one, where it tells them apart. */
  readonly objects?: readonly ObjectMask[];
  /** The model's; none = the connected parts of each class. */
  readonly predictedObjects?: readonly ObjectMask[];
}

/**
 * @param millimetres whether distances and areas are in millimetres, or in pixels
 * @param apart for each class whether its objects are told apart anywhere in the reference
 */
export function scorePicture(picture: SegmentedPicture, classes: number, millimetres: boolean, apart: readonly boolean[]): PictureMaskScores {
  const { id, subject, width, height, spacing, reference, predicted } = picture;
  if (reference.length !== width * height || predicted.length !== width * height) throw new Error(`the label maps of picture ${id} are not ${width} x ${height}`);
  const raster: Raster = { width, height, spacing: millimetres && spacing ? spacing : [1, 1] };
  const perClass = Array.from({ length: classes }, (_, c) => scoreClass(picture, c, raster, apart[c] ?? false));
  const shown = perClass.filter(({ referenceArea, predictedArea }) => referenceArea + predictedArea > 0);
  const mean = (values: readonly (number | null)[], none: number | null) => {
    const defined = values.filter((value) => value !== null);
    return defined.length === 0 ? none : defined.reduce((sum, value) => sum + value, 0) / defined.length;
  };
  return {
    id, subject, perClass,
    // Never null: Dice and IoU are defined for every class.
    dice: mean(shown.map(({ dice }) => dice), 1) ?? 1, iou: mean(shown.map(({ iou }) => iou), 1) ?? 1,
    hd95: mean(shown.map(({ hd95 }) => hd95), null), precision: mean(shown.map(({ precision }) => precision), null), recall: mean(shown.map(({ recall }) => recall), null),
  };
}

function scoreClass(picture: SegmentedPicture, c: number, raster: Raster, apart: boolean): MaskScores {
  const known = (map: Uint8Array) => Uint8Array.from(map, (value, i) => (value === c + 1 && picture.reference[i] !== ignored ? 1 : 0));
  const reference = known(picture.reference), predicted = known(picture.predicted);
  const counts = pixelCounts(reference, predicted), pixel = raster.spacing[0] * raster.spacing[1];
  const inReference = counts.both + counts.referenceOnly, inPrediction = counts.both + counts.predictedOnly;
  return {
    ...overlap(counts),
    hd95: inReference > 0 && inPrediction > 0 ? hausdorff95(reference, predicted, raster) : null,
    referenceArea: inReference * pixel,
    predictedArea: inPrediction * pixel,
    objects: apart ? scoreObjects(picture, c, predicted) : null,
  };
}

function scoreObjects({ objects = [], predictedObjects, width, height }: SegmentedPicture, c: number, predicted: Uint8Array): MaskScores['objects'] {
  const ofClass = (list: readonly ObjectMask[]) => list.filter(({ classIndex }) => classIndex === c).map(({ mask }) => mask);
  const match = matchObjects(ofClass(objects), predictedObjects ? ofClass(predictedObjects) : components(encode(predicted, width, height)));
  return { reference: match.reference, predicted: match.predicted, matched: match.matched.length, ...objectShares(match) };
}
