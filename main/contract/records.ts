// The nouns of a project as plain data: what is stored, sent and shown.
import { z } from 'zod';
import { Crop } from './crop.ts';
import { ErrorRecord } from './errors.ts';
import { Geometry } from './geometry.ts';
import { RunStatus } from './runs.ts';
import { SegmentationMeasures } from './segmentation.ts';
import { Id, Instant, Measure, Seed, Sha256, Task } from './words.ts';

export { Id, Instant, Measure, Seed, Sha256, Task };

export const Partition = z.enum(['train', 'validation', 'test']);
export type Partition = z.infer<typeof Partition>;

export const ProjectRecord = z.object({
  id: Id,
  name: z.string().min(1).max(200),
  task: Task,
  folder: z.string(),
  createdAt: Instant,
  /** Set when another process writes: this one only reads. */
  readOnly: z.object({ reason: z.string() }).nullable(),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;

export const ClassRecord = z.object({
  id: Id,
  name: z.string().min(1).max(200),
  /** Index into the ten class colours. */
  color: z.number().int().min(0).max(9),
  /** Position in lists; key number = order + 1. */
  order: z.number().int().nonnegative(),
});
export type ClassRecord = z.infer<typeof ClassRecord>;

/** `open`: not looked at or labelled; whether a picture is labelled follows from its annotations. */
export const ImageStatus = z.enum(['open', 'unsure', 'skipped']);
export type ImageStatus = z.infer<typeof ImageStatus>;

/** A picture's identity, apart from its bytes: two subjects may hold identical bytes. */
export const ImageRecord = z.object({
  id: Id,
  /** Relative path under the imported folder, as it was named there. */
  path: z.string(),
  sha256: Sha256,
  bytes: z.number().int().nonnegative(),
  format: z.enum(['jpeg', 'png', 'webp', 'bmp', 'gif', 'tiff']),
  /** Upright, after EXIF orientation. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  channels: z.number().int().min(1).max(4),
  bitDepth: z.union([z.literal(8), z.literal(16)]),
  /** Index in a file that holds several pictures. */
  frame: z.number().int().nonnegative(),
  /** Millimetres per pixel, [row, column]. */
  pixelSpacing: z.tuple([z.number().positive(), z.number().positive()]).nullable(),
  /** 64-bit perceptual hash, 16 hex digits. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  subject: z.string().nullable(),
  site: z.string().nullable(),
  /** Partition that the import declared (folder or CSV); a split keeps it. */
  declared: Partition.nullable(),
  status: ImageStatus,
  /** Left out of splits and training, e.g. the lesser of two duplicates. */
  excluded: z.boolean(),
});
export type ImageRecord = z.infer<typeof ImageRecord>;

/** `person`: set by hand. `import`: came with the data. `accepted`: a model proposed it and a person accepted it. */
export const AnnotationSource = z.enum(['person', 'import', 'accepted']);
export type AnnotationSource = z.infer<typeof AnnotationSource>;

/** A class given to a picture (no geometry) or to a place in it. */
export const AnnotationRecord = z.object({
  id: Id,
  imageId: Id,
  classId: Id,
  geometry: Geometry.nullable(),
  source: AnnotationSource,
  /** Who says so. */
  reader: z.string().nullable(),
  /** The model that proposed it, for `accepted`. */
  modelId: Id.nullable(),
});
export type AnnotationRecord = z.infer<typeof AnnotationRecord>;

/** Two pictures that a split may not part. `distance`: Hamming distance of the fingerprints, 0 for identical bytes. */
export const DuplicateRecord = z.object({ imageId: Id, ofImageId: Id, kind: z.enum(['exact', 'near']), distance: z.number().int().nonnegative() });
export type DuplicateRecord = z.infer<typeof DuplicateRecord>;

export const SplitOptions = z.object({
  validation: z.number().min(0).max(0.9).default(0.2),
  test: z.number().min(0).max(0.9).default(0.2),
  /** 1 = no cross-validation. */
  folds: z.number().int().min(1).max(20).default(1),
  seed: Seed.default(1),
});
export type SplitOptions = z.infer<typeof SplitOptions>;

export const SplitRecord = z.object({
  id: Id,
  ...SplitOptions.shape,
  createdAt: Instant,
  /** Pictures per partition and class name. */
  counts: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
  perClass: z.record(z.string(), z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() })),
  subjects: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
  /** Subjects on two sides: always 0; kept so that it is shown. */
  subjectsShared: z.number().int(),
  /** Sentences about what had to be moved or could not be met. */
  notes: z.array(z.string()),
});
export type SplitRecord = z.infer<typeof SplitRecord>;

/** An immutable state of pictures, labels and split that a run points to. The hash is free of ids and times. */
export const DatasetVersionRecord = z.object({ hash: Sha256, createdAt: Instant, images: z.number().int(), labelled: z.number().int(), splitId: Id.nullable() });
export type DatasetVersionRecord = z.infer<typeof DatasetVersionRecord>;

export const ClassMeasures = z.object({
  name: z.string(),
  support: z.number().int(),
  sensitivity: Measure,
  specificity: Measure,
  precision: Measure,
  f1: Measure,
  /** One against the rest. */
  auc: Measure,
});

export const EvaluationRecord = z.object({
  id: Id,
  modelId: Id,
  partition: Partition,
  createdAt: Instant,
  /** True for a validation figure on which an epoch or a penalty was chosen. */
  selection: z.boolean(),
  n: z.number().int(),
  subjects: z.number().int(),
  accuracy: Measure,
  balancedAccuracy: Measure,
  /** Macro mean of one-against-rest AUC. */
  auc: Measure,
  logLoss: Measure,
  /** What always saying the commonest class of the training partition gets. */
  majority: z.object({ className: z.string(), accuracy: z.number() }),
  perClass: z.array(ClassMeasures),
  /** Counts: rows are the reference standard, columns the model; classes in the order of `classes`. */
  confusion: z.array(z.array(z.number().int())),
  classes: z.array(z.string()),
  /** Of masks; the figures for classes of whole pictures are then empty. */
  segmentation: SegmentationMeasures.optional(),
  /** How the intervals were made. */
  intervals: z.object({ method: z.literal('bootstrap'), unit: z.enum(['subject', 'picture']), replicates: z.number().int(), seed: Seed, level: z.number() }),
  /** How often this partition has been looked at with this project, this look included. */
  look: z.number().int().nullable(),
  /** Sentences to show first, e.g. no better than the majority class. */
  warnings: z.array(z.string()),
});
export type EvaluationRecord = z.infer<typeof EvaluationRecord>;

export const PredictionRecord = z.object({
  imageId: Id.nullable(),
  /** The part of it that the model was shown; none = the whole. */
  crop: Crop.optional(),
  path: z.string(),
  className: z.string(),
  probabilities: z.array(z.number()),
  /** Of a model for masks: the packed label map (masks/packed-labels.ts), at the picture's own size. */
  labels: z.string().optional(),
  error: ErrorRecord.nullable(),
});
export type PredictionRecord = z.infer<typeof PredictionRecord>;

/**
 * Where in a picture the evidence for a class lies: the class activation map of a linear classifier on pooled features (Zhou et al. 2016).
 * It lies over the part of the picture that the network sees: the middle cropShare of the short side.
 */
export const ActivationRecord = z.object({
  /** Of a picture, or of the part of one that the model was shown. */
  imageId: Id,
  className: z.string(),
  rows: z.number().int().positive(),
  columns: z.number().int().positive(),
  /** Row by row. Their mean is the logit of the class; where a picture has one class, less the mean over all classes, which changes no probability. */
  values: z.array(z.number()),
});
export type ActivationRecord = z.infer<typeof ActivationRecord>;

/** A long piece of work, whoever does it. */
export const JobRecord = z.object({
  id: Id,
  kind: z.enum(['import', 'train', 'evaluate', 'predict', 'export', 'download', 'measure', 'rank', 'compare', 'sites', 'adapt', 'lesson']),
  status: RunStatus,
  /** The run, model or import it belongs to. */
  subjectId: Id.nullable(),
  progress: z.object({ done: z.number(), total: z.number().nullable(), what: z.string(), secondsLeft: z.number().nullable() }).nullable(),
  error: ErrorRecord.nullable(),
});
export type JobRecord = z.infer<typeof JobRecord>;
