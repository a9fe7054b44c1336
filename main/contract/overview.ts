// What lists and headers show: pictures with what hangs on them, how far a project is, and what one says of it from outside.
import { z } from 'zod';
import { AnnotationRecord, Id, ImageRecord, ImageStatus, Measure, Partition } from './records.ts';

export const ImageFilter = z.object({
  label: z.union([z.literal('any'), z.literal('labelled'), z.literal('unlabelled'), z.object({ classId: Id })]).default('any'),
  status: ImageStatus.nullable().default(null),
  subject: z.string().nullable().default(null),
  site: z.string().nullable().default(null),
  partition: Partition.nullable().default(null),
  /** Only pictures that have a twin. */
  duplicated: z.boolean().default(false),
  excluded: z.boolean().nullable().default(null),
  /** Part of the path, case-insensitive. */
  text: z.string().default(''),
});
export type ImageFilter = z.infer<typeof ImageFilter>;

/** `imported`: as they came. `uncertain`: those without a label first of which the newest model that was asked is least sure; the others as they came. */
export const ImageOrder = z.enum(['imported', 'uncertain']);
export type ImageOrder = z.infer<typeof ImageOrder>;

/** A picture with what hangs on it, as lists show it. */
export const ImageRow = z.object({ image: ImageRecord, annotations: z.array(AnnotationRecord), partition: Partition.nullable() });
export type ImageRow = z.infer<typeof ImageRow>;

export const ProjectStatus = z.object({
  images: z.number().int(),
  labelled: z.number().int(),
  /** Pictures without a label: said to be unsure, skipped; the rest nobody has looked at. */
  unsure: z.number().int(),
  skipped: z.number().int(),
  excluded: z.number().int(),
  /** Pictures that have a twin. */
  duplicated: z.number().int(),
  /** Annotations of a place in a picture, which can be cut out: boxes, polygons, masks. */
  boxes: z.number().int(),
  classes: z.array(z.object({ id: Id, name: z.string(), color: z.number().int(), count: z.number().int() })),
  subjects: z.number().int(),
  sites: z.array(z.string()),
  /** Null before the first split. */
  split: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }).nullable(),
  datasetVersion: z.string(),
  runs: z.number().int(),
  models: z.number().int(),
  testLooks: z.number().int(),
});
export type ProjectStatus = z.infer<typeof ProjectStatus>;

/** A project in the list of projects, whether it is open or not. */
export const ProjectSummary = z.object({
  projectId: Id,
  images: z.number().int(),
  labelled: z.number().int(),
  subjects: z.number().int(),
  classes: z.number().int(),
  runs: z.number().int(),
  /** The best AUC on a validation partition. */
  best: Measure.nullable(),
  /** A few pictures that stand for it. */
  pictures: z.array(Id),
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;
