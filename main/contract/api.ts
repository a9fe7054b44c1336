// Everything that can be asked of the main side: one table. The types of links, handlers and validation all follow from it.
import { z } from 'zod';
import { ComparisonOptions, ComparisonRecord } from './comparison.ts';
import { DoctorReport } from './engines.ts';
import { ErrorRecord } from './errors.ts';
import { RunEstimate } from './estimate.ts';
import { ImportOptions, ImportReport } from './import.ts';
import { InsideRecord } from './inside.ts';
import { LessonId, LessonRecord, LessonResult, LessonValues } from './lessons.ts';
import { NetworkState } from './network.ts';
import { ImageFilter, ImageOrder, ImageRow, ProjectStatus, ProjectSummary } from './overview.ts';
import { Patch } from './patch.ts';
import { MaskKind } from './words.ts';
import { BackboneRecord, Plan, StrategyRecord } from './plan.ts';
import { RankingOptions, RankingRecord } from './ranking.ts';
import { ActivationRecord, ClassRecord, DatasetVersionRecord, DuplicateRecord, EvaluationRecord, Id, JobRecord, Partition, PredictionRecord, ProjectRecord, Seed, SplitOptions, SplitRecord, Task } from './records.ts';
import { ModelRecord, RunOptions, RunRecord } from './runs.ts';
import { RateSweep } from './rate-sweep.ts';
import { RunEvent } from './run-events.ts';
import { Mask } from './geometry.ts';
import { Corrections, MaskComparison, MaskDifference, MaskProposals } from './segmentation.ts';
import { AdaptationOptions, AdaptationRecord, SiteDistances, SiteScores } from './sites.ts';

/** read: answers at once and changes nothing. write: durable when it answers. job: starts long work and answers with its id. */
export type Kind = 'read' | 'write' | 'job';
interface Call<A extends z.ZodType, R extends z.ZodType> { readonly kind: Kind; readonly args: A; readonly result: R }
const call = <A extends z.ZodType, R extends z.ZodType>(kind: Kind, args: A, result: R): Call<A, R> => ({ kind, args, result });

const None = z.strictObject({});
const InProject = z.strictObject({ projectId: Id });
const JobStarted = z.object({ jobId: Id });

export const ExportFormat = z.enum(['onnx', 'timm', 'csv', 'coco', 'yolo', 'voc', 'masks', 'masks-objects', 'masks-binary', 'nifti']);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const ExportReport = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() })),
  /** The export run again against the engine; null for annotations. */
  selfTest: z.object({ maxDifference: z.number(), n: z.number().int() }).nullable(),
  /** What the format cannot hold. */
  losses: z.array(z.string()),
});
export type ExportReport = z.infer<typeof ExportReport>;

export const api = {
  'app.doctor': call('read', None, DoctorReport),
  'app.version': call('read', None, z.object({ version: z.string(), platform: z.string() })),

  'app.network': call('read', None, NetworkState),
  'app.allowNetwork': call('write', z.strictObject({ allowed: z.boolean() }), NetworkState),

  'project.create': call('write', z.strictObject({ folder: z.string().min(1), name: z.string().min(1).max(200), task: Task }), ProjectRecord),
  'project.open': call('write', z.strictObject({ folder: z.string().min(1) }), ProjectRecord),
  'project.close': call('write', InProject, None),
  'project.recent': call('read', None, z.array(z.object({ folder: z.string(), name: z.string(), task: Task, openedAt: z.string(), missing: z.boolean() }))),
  /** Looks into a project's folder and leaves no trace there. Refused for one of an older Fovea. */
  'project.summary': call('read', z.strictObject({ folder: z.string().min(1) }), ProjectSummary),
  'project.status': call('read', InProject, ProjectStatus),
  /** Of a project of masks: what a person chose by patch, if anything, and what the imported masks look like. */
  'project.maskKind': call('read', InProject, z.object({ chosen: MaskKind.nullable(), imported: MaskKind })),
  /** Draws the sample pictures into `folder`/pictures and makes a project of them. */
  'project.sample': call('job', z.strictObject({ folder: z.string().min(1), task: z.enum(['classification', 'segmentation']).default('classification') }), z.object({ project: ProjectRecord, jobId: Id })),

  'image.import': call('job', z.strictObject({ projectId: Id, options: ImportOptions }), JobStarted),
  'image.importReport': call('read', z.strictObject({ projectId: Id, jobId: Id }), ImportReport),
  /** Ids only, so that a grid of 10,000 can be laid out at once. */
  'image.ids': call('read', z.strictObject({ projectId: Id, filter: ImageFilter, order: ImageOrder.optional() }), z.array(Id)),
  'image.rows': call('read', z.strictObject({ projectId: Id, ids: z.array(Id).max(500) }), z.array(ImageRow)),
  'image.duplicates': call('read', InProject, z.array(DuplicateRecord)),
  'image.subjects': call('read', InProject, z.array(z.object({ subject: z.string(), images: z.number().int() }))),

  /** The masks of a picture as the first changed views of an augmentation show them to a network; their pictures have the address `tile-PRESET-SEED-TURN-SIDE-PERMILLE`. */
  'image.changedMasks': call('read', z.strictObject({ projectId: Id, imageId: Id, preset: z.string().max(40), seed: Seed, side: z.number().int().min(32).max(1024), scale: z.number().min(0.001).max(1), turns: z.number().int().min(1).max(12) }), z.array(z.array(z.object({ classId: Id, mask: Mask })))),

  'class.list': call('read', InProject, z.array(ClassRecord)),
  /** The only way to change classes, annotations, subjects and states of pictures. Refused as a conflict when a row is no longer what `from` says. */
  'patch.apply': call('write', z.strictObject({ projectId: Id, patch: Patch, reader: z.string().nullable(), origin: z.string().nullable() }), z.object({ sequence: z.number().int() })),
  /** Changes after a sequence number, to catch up with after a lost connection. */
  'patch.since': call('read', z.strictObject({ projectId: Id, sequence: z.number().int().nonnegative() }), z.object({ sequence: z.number().int(), patches: z.array(z.object({ sequence: z.number().int(), at: z.string(), reader: z.string().nullable(), patch: Patch })) })),
  /** Checks the chain of hashes over all changes; names the first bad row. */
  'patch.verify': call('read', InProject, z.object({ rows: z.number().int(), firstBad: z.number().int().nullable() })),

  'split.make': call('write', z.strictObject({ projectId: Id, options: SplitOptions }), SplitRecord),
  'split.current': call('read', InProject, SplitRecord.nullable()),
  'dataset.versions': call('read', InProject, z.array(DatasetVersionRecord)),

  /** Those for whole pictures, or the U-Nets where the task is segmentation: an encoder's id stands for the U-Net on it. */
  'backbone.list': call('read', z.strictObject({ task: Task.optional() }), z.array(BackboneRecord)),
  /** How long a picture takes through networks on this machine; kept, and shown in the list. Without a project the job runs in one of Fovea's own. */
  'backbone.measure': call('job', z.strictObject({ projectId: Id.nullable(), backbones: z.array(z.string()).min(1), task: Task.optional() }), z.object({ projectId: Id, jobId: Id })),
  'backbone.download': call('job', z.strictObject({ projectId: Id, weights: z.string() }), JobStarted),
  /** Those for whole pictures, or for masks where the task is segmentation. */
  'strategy.list': call('read', z.strictObject({ task: Task.optional() }), z.array(StrategyRecord)),
  'run.plan': call('read', z.strictObject({ projectId: Id, options: RunOptions }), Plan),
  /** Raises the learning rate of the first phase of steps until the loss breaks away. Nothing is kept but the curve. */
  'run.findRate': call('job', z.strictObject({ projectId: Id, options: RunOptions }), JobStarted),
  'run.rateSweep': call('read', z.strictObject({ projectId: Id, jobId: Id }), RateSweep),
  /** Does a few steps of such a run, so that `run.estimate` knows what they cost on this machine. */
  'run.measure': call('job', z.strictObject({ projectId: Id, options: RunOptions }), JobStarted),
  /** Null while no step of such a run was measured on this machine. */
  'run.estimate': call('read', z.strictObject({ projectId: Id, options: RunOptions }), RunEstimate.nullable()),
  'run.start': call('job', z.strictObject({ projectId: Id, options: RunOptions }), z.object({ runId: Id, jobId: Id })),
  'run.resume': call('job', z.strictObject({ projectId: Id, runId: Id }), z.object({ runId: Id, jobId: Id })),
  'run.list': call('read', InProject, z.array(RunRecord)),
  'run.get': call('read', z.strictObject({ projectId: Id, runId: Id }), RunRecord),
  'run.events': call('read', z.strictObject({ projectId: Id, runId: Id, after: z.number().int().nonnegative() }), z.array(RunEvent)),

  /** Scores of backbones on the labelled pictures outside the test partition, before any training. */
  'ranking.start': call('job', z.strictObject({ projectId: Id, options: RankingOptions }), JobStarted),
  /** The newest that was finished. */
  'ranking.last': call('read', InProject, RankingRecord.nullable()),
  'comparison.start': call('job', z.strictObject({ projectId: Id, options: ComparisonOptions }), z.object({ comparisonId: Id, jobId: Id })),
  /** Goes on with what is not done, on the same pictures and folds, for so many minutes. */
  'comparison.resume': call('job', z.strictObject({ projectId: Id, comparisonId: Id, minutes: ComparisonOptions.shape.minutes }), z.object({ comparisonId: Id, jobId: Id })),
  'comparison.list': call('read', InProject, z.array(ComparisonRecord)),
  'comparison.get': call('read', z.strictObject({ projectId: Id, comparisonId: Id }), ComparisonRecord),

  /** Scores per site, from predictions that are kept: only of partitions that the model was measured on. */
  'site.scores': call('read', z.strictObject({ projectId: Id, modelId: Id }), z.array(SiteScores)),
  /** How far the pictures of each site lie from those of the others, to the backbone of a model. */
  'site.measure': call('job', z.strictObject({ projectId: Id, modelId: Id }), JobStarted),
  'site.distances': call('read', z.strictObject({ projectId: Id, modelId: Id }), SiteDistances.nullable()),
  /** A new model for a site, made without its labels. */
  'site.adapt': call('job', z.strictObject({ projectId: Id, options: AdaptationOptions }), JobStarted),
  'site.adaptation': call('read', z.strictObject({ projectId: Id, jobId: Id }), AdaptationRecord),

  'job.list': call('read', InProject, z.array(JobRecord)),
  /** Ends after the current step and keeps the best so far. */
  'job.stop': call('write', z.strictObject({ projectId: Id, jobId: Id }), None),
  'job.kill': call('write', z.strictObject({ projectId: Id, jobId: Id }), None),

  'model.list': call('read', InProject, z.array(ModelRecord)),
  /** The models that a run can begin with: the project's own (`folder` null), and those of recent projects. */
  'model.parents': call('read', InProject, z.array(z.object({ folder: z.string().nullable(), project: z.string(), task: Task, model: ModelRecord }))),
  /** A look at the test partition is counted when the job starts. */
  'model.evaluate': call('job', z.strictObject({ projectId: Id, modelId: Id, partition: Partition }), JobStarted),
  'model.evaluations': call('read', z.strictObject({ projectId: Id, modelId: Id.nullable() }), z.array(EvaluationRecord)),
  /** Stored predictions of a model on a partition, with what the reference standard says: in one text, and class by class. */
  'model.predictions': call('read', z.strictObject({ projectId: Id, modelId: Id, partition: Partition }), z.array(z.object({ prediction: PredictionRecord, reference: z.string().nullable(), references: z.array(z.string()) }))),
  /** Puts pictures that nobody has given a class before a model. Pictures of its test partition are left out: that would be a look. */
  'model.propose': call('job', z.strictObject({ projectId: Id, modelId: Id }), JobStarted),
  /** What a model is known to say of these pictures, but for those of its test partition. */
  'model.proposals': call('read', z.strictObject({ projectId: Id, modelId: Id, imageIds: z.array(Id).max(500) }), z.array(PredictionRecord)),
  /** Lets a model for masks draw on these pictures, for a person to accept or correct. Refused for pictures of its test partition: that would be a look. */
  'model.proposeMasks': call('job', z.strictObject({ projectId: Id, modelId: Id, imageIds: z.array(Id).min(1).max(500) }), JobStarted),
  'model.maskProposals': call('read', z.strictObject({ projectId: Id, jobId: Id }), z.array(MaskProposals)),
  /** What a model for masks drew on pictures that it was measured on, beside the reference as it is now. */
  'model.maskComparisons': call('read', z.strictObject({ projectId: Id, modelId: Id, imageIds: z.array(Id).max(60) }), z.array(MaskComparison)),
  /** Other models for masks against one, from their latest measurements on a partition; those without one are left out. */
  'model.maskDifferences': call('read', z.strictObject({ projectId: Id, modelId: Id, others: z.array(Id).max(20), partition: Partition }), z.array(MaskDifference)),
  /** Looks how sure a model is of each picture without a label, for the order `uncertain`. Pictures of its test partition are left out: that would be a look. */
  'model.findUncertain': call('job', z.strictObject({ projectId: Id, modelId: Id }), JobStarted),
  /** How much of what models proposed stayed after a person had been over it. */
  'model.corrections': call('read', InProject, Corrections),
  /** Where the evidence lies in pictures of which the model has said something. The grids are numbers like probabilities, some 50 each: the screen draws them over the picture. */
  'model.activate': call('job', z.strictObject({ projectId: Id, modelId: Id, imageIds: z.array(Id).min(1).max(100) }), JobStarted),
  /** For each picture a map for the class that the model says, and one for the reference standard's where that is another. */
  'model.activations': call('read', z.strictObject({ projectId: Id, jobId: Id }), z.array(ActivationRecord)),
  /** What the model makes of one picture: first filters, maps of a stage, evidence for each class, before and after training. */
  'model.lookInside': call('job', z.strictObject({ projectId: Id, modelId: Id, imageId: Id, stage: z.number().int().min(0).max(100) }), JobStarted),
  'model.inside': call('read', z.strictObject({ projectId: Id, jobId: Id }), InsideRecord),
  'model.predict': call('job', z.strictObject({ projectId: Id, modelId: Id, paths: z.array(z.string()).min(1) }), JobStarted),
  'model.predictReport': call('read', z.strictObject({ projectId: Id, jobId: Id }), z.array(PredictionRecord)),

  'export.start': call('job', z.strictObject({ projectId: Id, format: ExportFormat, modelId: Id.nullable(), out: z.string().min(1) }), JobStarted),
  'export.report': call('read', z.strictObject({ projectId: Id, jobId: Id }), ExportReport),

  /** The lessons, and of those that were run here what they showed last. `projectId` is where their jobs run; null before the first one. */
  'lesson.list': call('read', None, z.object({ lessons: z.array(LessonRecord), results: z.array(LessonResult), projectId: Id.nullable() })),
  /** On the sample's pictures, in a project of the lessons' own. */
  'lesson.start': call('job', z.strictObject({ lesson: LessonId, values: LessonValues }), z.object({ projectId: Id, jobId: Id })),
} as const;

export type Api = typeof api;
export type CallName = keyof Api;
export type Args<N extends CallName> = z.input<Api[N]['args']>;
export type ParsedArgs<N extends CallName> = z.output<Api[N]['args']>;
export type Result<N extends CallName> = z.output<Api[N]['result']>;

/** One function per call: leaving one out does not compile. */
export type Handlers = { readonly [N in CallName]: (args: ParsedArgs<N>) => Promise<Result<N>> };

/** What a screen, a command or a test holds. */
export interface Link {
  call<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>>;
  /** @returns how to stop listening */
  on(listener: (push: import('./events.ts').Push) => void): () => void;
}

/** A request as it travels, and its answer. */
export const Request = z.object({ id: z.number().int(), name: z.string(), args: z.unknown() });
export type Request = z.infer<typeof Request>;
export const Response = z.union([z.object({ id: z.number().int(), result: z.unknown() }), z.object({ id: z.number().int(), error: ErrorRecord })]);
export type Response = z.infer<typeof Response>;
