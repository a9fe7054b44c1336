// How good masks are: the measures of an evaluation in a project of the task segmentation.
import { z } from 'zod';
import { Mask } from './geometry.ts';
import { Id, Measure } from './words.ts';

/** A measure over pictures: each counts once, whatever its size. The intervals are by bootstrap over subjects. */
export const PictureSummary = z.object({
  mean: Measure,
  median: Measure,
  /** Pictures on which it is defined. */
  n: z.number().int(),
});
export type PictureSummary = z.infer<typeof PictureSummary>;

/** Bland and Altman 1986, of predicted minus reference. */
export const Agreement = z.object({
  n: z.number().int(),
  bias: z.number().nullable(),
  /** Sample standard deviation of the differences. */
  deviation: z.number().nullable(),
  /** Limits of agreement: bias -/+ 1.96 deviations. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Agreement = z.infer<typeof Agreement>;

const shares = {
  /** 1 where both masks are empty, 0 where one is. */
  dice: z.number(),
  iou: z.number(),
  /** 95 % Hausdorff distance; null where a mask is empty. */
  hd95: z.number().nullable(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
};

export const MaskScores = z.object({
  ...shares,
  /** Pixels, or square millimetres where the unit is the millimetre. */
  referenceArea: z.number(),
  predictedArea: z.number(),
  /** Objects, where the reference has any that are told apart on some picture. */
  objects: z.object({ reference: z.number().int(), predicted: z.number().int(), matched: z.number().int(), ap50: z.number().nullable(), panopticQuality: z.number().nullable() }).nullable(),
});
export type MaskScores = z.infer<typeof MaskScores>;

export const PictureMaskScores = z.object({
  id: Id,
  subject: z.string().nullable(),
  ...shares,
  /** In the order of the classes. */
  perClass: z.array(MaskScores),
});
export type PictureMaskScores = z.infer<typeof PictureMaskScores>;

const summaries = { dice: PictureSummary, iou: PictureSummary, hd95: PictureSummary, precision: PictureSummary, recall: PictureSummary };

export const ClassMaskMeasures = z.object({
  name: z.string(),
  ...summaries,
  /** Pictures on which neither the reference nor the model has it: their Dice of 1 counts. */
  bothEmpty: z.number().int(),
  /** Pictures on which only one of them has it: Dice 0, and no HD95. */
  oneEmpty: z.number().int(),
  area: Agreement,
  objects: z.object({ count: Agreement, ap50: PictureSummary, panopticQuality: PictureSummary }).nullable(),
});
export type ClassMaskMeasures = z.infer<typeof ClassMaskMeasures>;

export const SegmentationMeasures = z.object({
  n: z.number().int(),
  subjects: z.number().int(),
  classes: z.array(z.string()),
  /** Of distances; areas are its square. Millimetres where every picture says its spacing. */
  unit: z.enum(['millimetre', 'pixel']),
  /** A picture's mean over the classes that it or its prediction shows; 1 for Dice and IoU where there is none. */
  ...summaries,
  perClass: z.array(ClassMaskMeasures),
  perImage: z.array(PictureMaskScores),
  /** How the intervals were made. */
  intervals: z.object({ method: z.literal('bootstrap'), unit: z.enum(['subject', 'picture']), replicates: z.number().int(), seed: z.number().int(), level: z.number() }),
});
export type SegmentationMeasures = z.infer<typeof SegmentationMeasures>;

/** What a model proposes for a picture: one mask for each connected part of a class. */
export const MaskProposals = z.object({ imageId: Id, proposals: z.array(z.object({ className: z.string(), mask: Mask })) });
export type MaskProposals = z.infer<typeof MaskProposals>;
