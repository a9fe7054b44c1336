// Runs and the models that they make, as they are stored, sent and shown.
import { z } from 'zod';
import { CropOptions } from './crop.ts';
import { EngineRecord } from './engines.ts';
import { ErrorRecord } from './errors.ts';
import { Pretraining } from './pretraining.ts';
import { Id, Instant, Seed, Sha256, Task } from './words.ts';

export const Preprocessing = z.object({
  /** [height, width] that the network gets. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  channels: z.number().int().min(1).max(4),
  /** The picture is resized so that its short side is size / cropShare, then the centre is cut out. */
  cropShare: z.number().positive().max(1),
  interpolation: z.enum(['bilinear', 'bicubic', 'nearest']),
  /** (x / 255 - mean) / std per channel. */
  mean: z.array(z.number()),
  std: z.array(z.number().positive()),
  /** Of a network for masks: pictures are scaled, not framed, and seen in tiles of `size` that reach `margin` pixels into their neighbours. */
  tiles: z.object({ scale: z.number().positive().max(1), margin: z.number().int().nonnegative() }).optional(),
});
export type Preprocessing = z.infer<typeof Preprocessing>;

export const RunStatus = z.enum(['queued', 'running', 'finished', 'stopped', 'failed', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

/** Values of a strategy's parameters, by id. */
export const StrategyValues = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
export type StrategyValues = z.infer<typeof StrategyValues>;

/** A model as the start of a run. */
export const ParentChoice = z.object({
  /** Of the model's project; none = the run's own. */
  folder: z.string().min(1).nullable(),
  modelId: Id,
});
export type ParentChoice = z.infer<typeof ParentChoice>;

export const RunOptions = z.object({
  backbone: z.string().default('tf_efficientnet_lite0'),
  /** Id in the catalogue, absolute path of a safetensors or .pth file, or `none`. */
  weights: z.string().nullable().default(null),
  /** A trained model to start from instead of pretrained weights: it then says which backbone and which weights. */
  parent: ParentChoice.nullable().default(null),
  /** Every box with a class is a picture of its own; none = whole pictures. */
  crops: CropOptions.nullable().default(null),
  /** Learning from the project's pictures without their classes first; none = the strategy begins at once. */
  pretraining: Pretraining.nullable().default(null),
  strategy: z.string().default('lp-ft'),
  values: StrategyValues.default({}),
  engine: z.enum(['auto', 'tensorflow', 'wasm']).default('auto'),
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  threads: z.number().int().positive().nullable().default(null),
  /** Which fold is the validation partition, 0-based; none = the split's own. */
  fold: z.number().int().nonnegative().nullable().default(null),
  seed: Seed.default(1),
});
export type RunOptions = z.infer<typeof RunOptions>;

export const RunRecord = z.object({
  id: Id,
  options: RunOptions,
  status: RunStatus,
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  dataset: Sha256,
  splitId: Id,
  engine: EngineRecord.nullable(),
  modelId: Id.nullable(),
  /** Measured seconds of work, without waiting in the queue. */
  seconds: z.number().nullable(),
  /** Selection figures of the best epoch, for lists. */
  best: z.object({ epoch: z.number().int(), loss: z.number(), accuracy: z.number(), dice: z.number().optional() }).nullable(),
  error: ErrorRecord.nullable(),
  codeVersion: z.string(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** The model that a run began with, as it was then: its project may be gone. */
export const ParentModel = z.object({
  id: Id,
  name: z.string(),
  folder: z.string(),
  project: z.string(),
  task: Task,
  classes: z.array(z.string()),
  dataset: Sha256,
  /** Blob with the tensors in which it differs from its pretrained parent, copied into the run's own project. */
  delta: Sha256,
});
export type ParentModel = z.infer<typeof ParentModel>;

export const ModelRecord = z.object({
  id: Id,
  runId: Id,
  name: z.string(),
  createdAt: Instant,
  backbone: z.string(),
  /** What it was fine-tuned from; sha256 of the weight file. None when trained from scratch. */
  parent: z.object({ weights: z.string(), sha256: Sha256, license: z.string() }).nullable(),
  /** The trained model that its run began with, in between; its own tensors still differ from `parent`'s. */
  parentModel: ParentModel.nullable().default(null),
  /** What stands on the pooled features: `linear`, `hidden` layers before a linear one, or `knn`, which keeps the training features; or `segmentation`, a U-Net decoder. */
  head: z.enum(['linear', 'hidden', 'knn', 'segmentation']),
  classes: z.array(z.string()),
  preprocessing: Preprocessing,
  dataset: Sha256,
  /** Bytes of its own tensors (those that differ from the parent). */
  bytes: z.number().int().nonnegative(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;
