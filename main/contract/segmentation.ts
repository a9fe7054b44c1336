// How good masks are: the measures of an evaluation in a project of the task segmentation.
import { z } from 'zod';
import { Mask } from './geometry.ts';
import { Id, Instant, Measure } from './words.ts';

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

/** Of the reference's objects of one range of sizes: how many the model found. */
export const SizeRange = z.object({
  /** Areas, both included, in the square of the unit. */
  from: z.number(),
  to: z.number(),
  objects: z.number().int(),
  /** Share with a predicted object that overlaps by an IoU above one half. */
  found: Measure,
});
export type SizeRange = z.infer<typeof SizeRange>;

export const ClassMaskMeasures = z.object({
  name: z.string(),
  ...summaries,
  /** Pictures on which neither the reference nor the model has it: their Dice of 1 counts. */
  bothEmpty: z.number().int(),
  /** Pictures on which only one of them has it: Dice 0, and no HD95. */
  oneEmpty: z.number().int(),
  area: Agreement,
  objects: z.object({ count: Agreement, ap50: PictureSummary, panopticQuality: PictureSummary }).nullable(),
  /** Ranges with about as many objects each, small to large; objects that touch are one where the reference does not tell them apart. */
  sizes: z.array(SizeRange).default([]),
  /** Mean Dice over pictures where every pixel whose probability of the class reaches `at` counts as it; none where no probabilities were kept. */
  thresholds: z.array(z.object({ at: z.number(), dice: Measure })).default([]),
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

/** A picture as it was measured: what the reference says of it now, and what the model said. */
export const MaskComparison = z.object({
  imageId: Id,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** One for each class of the model, in its order; of overlapping classes the later lies on top, as in training. */
  reference: z.array(Mask),
  predicted: z.array(Mask),
  /** Pixels of which the reference does not say what they are: they count for neither side. */
  open: Mask,
  /** Whether probabilities were kept: the picture `said-MODEL` holds them. */
  probabilities: z.boolean(),
});
export type MaskComparison = z.infer<typeof MaskComparison>;

/** Another model against one, on the pictures that both were measured on. */
export const MaskDifference = z.object({
  modelId: Id,
  n: z.number().int(),
  /** Of the mean Dice, other less one; the interval is by paired bootstrap over subjects. */
  difference: Measure,
  /** Pictures on which the other's Dice is higher, and lower. */
  better: z.number().int(),
  worse: z.number().int(),
});
export type MaskDifference = z.infer<typeof MaskDifference>;

/** A picture on which a model drew and which a person then worked on: how much of the proposal stayed. */
export const Correction = z.object({
  imageId: Id,
  modelId: Id,
  /** When the person last changed its masks. */
  at: Instant,
  /** Of what the model proposed against what the person left, mean over the classes that either shows. */
  dice: z.number(),
  /** Mean of this one and the nine before it. */
  running: z.number(),
});
export type Correction = z.infer<typeof Correction>;

/** Whether it is good enough yet: corrections in the order in which they were made. */
export const Corrections = z.object({
  points: z.array(Correction),
  /** Mean Dice of the last ten pictures, or of as many as there are; the interval is by bootstrap over subjects. */
  recent: z.object({ n: z.number().int(), dice: Measure }),
  /** Of the ten before them, once there are so many. */
  before: z.object({ n: z.number().int(), dice: Measure }).nullable(),
});
export type Corrections = z.infer<typeof Corrections>;

/** What a model proposes for a picture: one mask for each connected part of a class. */
export const MaskProposals = z.object({ imageId: Id, proposals: z.array(z.object({ className: z.string(), mask: Mask })) });
export type MaskProposals = z.infer<typeof MaskProposals>;
