// The protocol between the studio and a job process: one document in, typed messages out. A job knows no database.
import { z } from 'zod';
import { Control, UnitRecord } from './comparison.ts';
import { Crop } from './crop.ts';
import { EngineRecord, Precision } from './engines.ts';
import { ErrorRecord } from './errors.ts';
import { MeasuredCosts, RunEstimate } from './estimate.ts';
import { Mask } from './geometry.ts';
import { InsideRecord } from './inside.ts';
import { LessonId, LessonResult, LessonValues } from './lessons.ts';
import { BackboneTime } from './plan.ts';
import { Partition, Seed, Task } from './records.ts';
import { ParentModel, Preprocessing, StrategyValues } from './runs.ts';
import { RankedBackbone } from './ranking.ts';
import { RateSweep } from './rate-sweep.ts';
import { Pretraining } from './pretraining.ts';
import { RunEventBody } from './run-events.ts';
import { AdaptationMethod, SiteDistance } from './sites.ts';

export const PROTOCOL = 1;

/** A picture as a job sees it. `blob` is a sha256 in the project's blob folder; `file` an absolute path instead. */
export const JobImage = z.object({
  id: z.string(),
  source: z.union([z.object({ blob: z.string() }), z.object({ file: z.string() })]),
  /** The part that is taken for the picture; none = all of it. */
  crop: Crop.optional(),
  partition: Partition.nullable(),
  /** Indices into `classes`: one for classification, any number for multilabel, none when unlabelled. */
  targets: z.array(z.number().int().nonnegative()),
  /** Packed label map (masks/packed-labels.ts); only where pixels have classes. */
  labels: z.string().optional(),
  /** The objects of the label map, where they are told apart and a run weighs the gaps between them. */
  objects: z.array(Mask).optional(),
  /** Pictures with the same group stay together in every fold: subject, or duplicate cluster. */
  group: z.string(),
});
export type JobImage = z.infer<typeof JobImage>;

/** Where the weights of a network lie: a file, and what of it was replaced (a fine-tuned model's own tensors; of a run, those of the model that it begins with). */
export const JobWeights = z.object({
  /** Absolute path of a safetensors or .pth file, or null: from scratch. */
  base: z.string().nullable(),
  baseSha256: z.string().nullable(),
  /** Blob with the tensors that differ. */
  delta: z.string().nullable(),
});
export type JobWeights = z.infer<typeof JobWeights>;

const Common = {
  protocol: z.literal(PROTOCOL),
  jobId: z.string(),
  /** Absolute paths. */
  blobs: z.string(),
  home: z.string(),
  backbone: z.string(),
  weights: JobWeights,
  classes: z.array(z.string()),
  preprocessing: Preprocessing,
  threads: z.number().int().positive(),
  precision: Precision,
  engine: z.enum(['auto', 'tensorflow', 'wasm']),
  seed: Seed,
};

/** Of a job that works on several networks. */
const Several = {
  protocol: Common.protocol, jobId: Common.jobId, blobs: Common.blobs, home: Common.home, classes: Common.classes, threads: Common.threads, seed: Common.seed, task: Task,
  images: z.array(JobImage),
  /** Fold of each picture in which it is held out, from 0. */
  folds: z.array(z.number().int().nonnegative()),
};
const Arm = { backbone: z.string(), weights: JobWeights, preprocessing: Preprocessing };

/** How a model turns pooled features into probabilities. */
export const JobHead = z.union([
  z.object({ kind: z.literal('linear') }),
  /** Dense layers of so many units, each with a ReLU, before the linear one. */
  z.object({ kind: z.literal('hidden'), units: z.array(z.number().int().positive()).min(1) }),
  /** Blob with training features and classes. */
  z.object({ kind: z.literal('knn'), blob: z.string(), neighbours: z.number().int().positive() }),
  /** A U-Net decoder, which gives every pixel a class instead. */
  z.object({ kind: z.literal('segmentation') }),
]);
export type JobHead = z.infer<typeof JobHead>;

export const TrainDocument = z.object({
  kind: z.literal('train'),
  ...Common,
  runId: z.string(),
  task: Task,
  strategy: z.string(),
  values: StrategyValues,
  dataset: z.string(),
  /** `images` are those looked at without their classes, labelled or not; none of them is in the test partition. */
  pretraining: z.object({ ...Pretraining.shape, images: z.array(JobImage) }).optional(),
  /** The model whose tensors `weights.delta` holds; none = the run begins with pretrained or random weights. */
  parent: z.object({
    ...ParentModel.shape, head: JobHead,
    /** Its own pictures, with indices into its classes: those it was trained on, and, in `validation`, those it can be examined with; none of its test partition. */
    images: z.array(JobImage).default([]),
  }).optional(),
  images: z.array(JobImage),
  /** Blob of the checkpoint to continue from. */
  resume: z.string().nullable(),
  /** The engine that the resumed run used; it must be the same. */
  resumeEngine: EngineRecord.nullable(),
  /** What was told beforehand that it would take. */
  estimate: RunEstimate.optional(),
});
export type TrainDocument = z.infer<typeof TrainDocument>;

/** A run of which only a few steps are done, to see what they cost. */
export const MeasureDocument = TrainDocument.extend({ kind: z.literal('measure') });
export type MeasureDocument = z.infer<typeof MeasureDocument>;

/** A training run that only looks for its rate: `kind` aside the same document. */
export const FindRateDocument = TrainDocument.extend({ kind: z.literal('find-rate') });
export type FindRateDocument = z.infer<typeof FindRateDocument>;

/** How long a picture takes through each of these networks. */
export const TimeDocument = z.object({ kind: z.literal('time'), protocol: Common.protocol, jobId: Common.jobId, blobs: Common.blobs, home: Common.home, threads: Common.threads, task: Task, backbones: z.array(z.string()) });
export type TimeDocument = z.infer<typeof TimeDocument>;

export const PredictDocument = z.object({
  kind: z.literal('predict'), ...Common, task: Task, head: JobHead, images: z.array(JobImage),
  /** Of a model for masks, what is wanted besides the masks: blobs of them and of the probabilities, and how far the masks change when the picture is mirrored. */
  besides: z.array(z.enum(['blobs', 'disagreement'])).optional(),
});
export type PredictDocument = z.infer<typeof PredictDocument>;

export const ActivationDocument = z.object({ kind: z.literal('activate'), ...Common, task: Task, head: JobHead, images: z.array(JobImage) });
export type ActivationDocument = z.infer<typeof ActivationDocument>;

/** `began`: what the training began with, whose tensors are those of `weights.base` under `parentDelta`; none = nothing to compare with. */
export const InsideDocument = z.object({ kind: z.literal('inside'), ...Common, task: Task, head: JobHead, images: z.array(JobImage).length(1), stage: z.number().int().nonnegative(), began: z.string().nullable(), parentDelta: z.string().nullable() });
export type InsideDocument = z.infer<typeof InsideDocument>;

export const ExportDocument = z.object({
  kind: z.literal('export'), ...Common, task: Task, head: JobHead, format: z.enum(['onnx', 'timm']), out: z.string(),
  /** For the self-test, at most 16. */
  images: z.array(JobImage),
  /** Goes into the card beside the file. */
  card: z.record(z.string(), z.unknown()),
});
export type ExportDocument = z.infer<typeof ExportDocument>;

export const LessonImage = JobImage.extend({ site: z.string().nullable() });
export type LessonImage = z.infer<typeof LessonImage>;

/** `backbone`, `weights` and `preprocessing` are those of the pretrained network; lessons that train another one make it themselves. */
export const LessonDocument = z.object({ kind: z.literal('lesson'), ...Common, lesson: LessonId, values: LessonValues, images: z.array(LessonImage) });
export type LessonDocument = z.infer<typeof LessonDocument>;

/** Features of several backbones, scored and probed. */
export const RankDocument = z.object({
  kind: z.literal('rank'), ...Several,
  backbones: z.array(z.object({ ...Arm, weightsName: z.string() })),
});
export type RankDocument = z.infer<typeof RankDocument>;

/** Every arm on every held-out fold, but for the units that are done. */
export const CompareDocument = z.object({
  kind: z.literal('compare'), ...Several, precision: Precision, engine: z.enum(['auto', 'tensorflow', 'wasm']), dataset: z.string(),
  arms: z.array(z.object({ id: z.string(), control: Control.nullable(), ...Arm, strategy: z.string(), values: StrategyValues })),
  units: z.array(z.object({ arm: z.string(), fold: z.number().int(), seed: Seed })),
  /** Seconds for all units together. */
  seconds: z.number().positive(),
  /** Seconds of the slowest unit of the grid that was done before. */
  slowest: z.number().nonnegative(),
});
export type CompareDocument = z.infer<typeof CompareDocument>;

/** How far apart the pictures of sites lie to a model. */
export const SitesDocument = z.object({ kind: z.literal('sites'), ...Common, images: z.array(JobImage.extend({ site: z.string() })) });
export type SitesDocument = z.infer<typeof SitesDocument>;

/** A model for pictures of which no class is known: that the job cannot know them is part of the document. */
export const AdaptDocument = z.object({
  kind: z.literal('adapt'), ...Common, task: Task, head: JobHead, method: AdaptationMethod,
  /** The pictures that the model was trained on, with their classes. */
  source: z.array(JobImage),
  target: z.array(JobImage.extend({ targets: z.array(z.never()).max(0) })),
});
export type AdaptDocument = z.infer<typeof AdaptDocument>;

export const JobDocument = z.discriminatedUnion('kind', [RankDocument, CompareDocument, SitesDocument, AdaptDocument, LessonDocument, TrainDocument, MeasureDocument, TimeDocument, FindRateDocument, PredictDocument, ActivationDocument, InsideDocument, ExportDocument]);
export type JobDocument = z.infer<typeof JobDocument>;

/** What the job made: blobs are durable before this is sent. */
export const TrainedModel = z.object({ delta: z.string(), deltaBytes: z.number().int(), head: JobHead, classes: z.array(z.string()), preprocessing: Preprocessing });

export const JobMessage = z.discriminatedUnion('type', [
  /** First word of a child; a wrong protocol number ends it. */
  z.object({ type: z.literal('ready'), protocol: z.literal(PROTOCOL), pid: z.number().int() }),
  z.object({ type: z.literal('event'), body: RunEventBody }),
  z.object({ type: z.literal('model'), model: TrainedModel }),
  z.object({ type: z.literal('measured'), costs: MeasuredCosts }),
  z.object({ type: z.literal('timed'), backbone: z.string(), time: BackboneTime }),
  z.object({ type: z.literal('rates'), sweep: RateSweep }),
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number().nullable(), what: z.string(), secondsLeft: z.number().nullable() }),
  /**
   * One packed label map per picture, at the picture's own size. `blobs`, where they were asked for: the same, and a grey PNG of the probabilities in 256ths, with the classes one below the other.
   * `disagreement`: 0 = the same masks however the picture is mirrored, 1 = nothing in common.
   */
  z.object({ type: z.literal('masks'), predictions: z.array(z.object({ id: z.string(), labels: z.string().nullable(), blobs: z.object({ labels: z.string(), probabilities: z.string() }).optional(), disagreement: z.number().optional(), error: ErrorRecord.nullable() })) }),
  z.object({ type: z.literal('predictions'), predictions: z.array(z.object({ id: z.string(), probabilities: z.array(z.number()).nullable(), error: ErrorRecord.nullable() })) }),
  /** One map for each class, row by row; none for a picture that could not be read. */
  z.object({ type: z.literal('activations'), rows: z.number().int(), columns: z.number().int(), activations: z.array(z.object({ id: z.string(), maps: z.array(z.array(z.number())) })) }),
  z.object({ type: z.literal('exported'), files: z.array(z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() })), selfTest: z.object({ maxDifference: z.number(), n: z.number().int() }) }),
  z.object({ type: z.literal('inside'), record: InsideRecord }),
  /** Each time the plot has grown; the last one is done. */
  z.object({ type: z.literal('lesson'), result: LessonResult }),
  z.object({ type: z.literal('ranked'), backbone: RankedBackbone }),
  z.object({ type: z.literal('unit'), unit: UnitRecord }),
  z.object({ type: z.literal('distance'), site: z.string(), distance: SiteDistance }),
  z.object({ type: z.literal('failed'), error: ErrorRecord, stack: z.string().nullable() }),
  /** Last word; the process ends by itself after it. */
  z.object({ type: z.literal('done') }),
]);
export type JobMessage = z.infer<typeof JobMessage>;

export const JobCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), document: JobDocument }),
  /** Finish the current step, keep the best, end. */
  z.object({ type: z.literal('stop') }),
]);
export type JobCommand = z.infer<typeof JobCommand>;
