// Strategies and their plans as data: the form, the flags, the drawing and the documentation all come from here.
import { z } from 'zod';
import { EngineRecord } from './engines.ts';
import { Instant } from './records.ts';

export const StrategyParam = z.object({
  id: z.string(),
  label: z.string(),
  /** `stages`: a whole number, so many counted from the head, or the names of any stages, joined by commas. */
  kind: z.enum(['number', 'integer', 'choice', 'boolean', 'stages']),
  default: z.union([z.number(), z.string(), z.boolean()]),
  min: z.number().nullable(),
  max: z.number().nullable(),
  choices: z.array(z.string()).nullable(),
  /** One sentence for the form. */
  help: z.string(),
});
export type StrategyParam = z.infer<typeof StrategyParam>;

/** The question that a strategy answers: the heading under which it is offered. */
export const StrategyGroup = z.enum(['how-much', 'head', 'rate', 'overfitting', 'forgetting', 'few-labels', 'other-site', 'unlabelled']);
export type StrategyGroup = z.infer<typeof StrategyGroup>;

export const StrategyRecord = z.object({
  id: z.string(),
  group: StrategyGroup,
  title: z.string(),
  summary: z.string(),
  params: z.array(StrategyParam),
});
export type StrategyRecord = z.infer<typeof StrategyRecord>;

/** Share of a phase (0..1) -> factor on the rate. `warmup`: share in which the rate rises to its peak first; none = 0. */
export const Schedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant'), warmup: z.number().min(0).max(1).optional() }),
  z.object({ kind: z.literal('cosine'), warmup: z.number().min(0).max(1), floor: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('step'), every: z.number().positive(), factor: z.number().positive(), warmup: z.number().min(0).max(1).optional() }),
  z.object({ kind: z.literal('one-cycle'), peakAt: z.number().min(0).max(1), start: z.number().positive(), end: z.number().positive() }),
]);
export type Schedule = z.infer<typeof Schedule>;

/** A stretch of training with one set of trainable stages. */
export const Phase = z.discriminatedUnion('kind', [
  /** Nothing is trained by steps: a closed head is fitted on cached features. */
  z.object({ kind: z.literal('fit'), name: z.string(), head: z.enum(['logistic', 'knn']) }),
  z.object({
    kind: z.literal('train'),
    name: z.string(),
    epochs: z.number().int().positive(),
    /** Per stage of the network, stem to head: the peak learning rate, or null = frozen. */
    rates: z.array(z.number().positive().nullable()),
    schedule: Schedule,
    optimizer: z.enum(['sgd', 'adamw']),
    batchSize: z.number().int().positive(),
    weightDecay: z.number().nonnegative(),
    /** Batch statistics in the trainable stages, or the stored ones everywhere. */
    batchNorm: z.enum(['frozen', 'training']),
    /** Epochs without a better validation loss before it stops; null = never. */
    patience: z.number().int().positive().nullable(),
  }),
]);
export type Phase = z.infer<typeof Phase>;

export const StagePlan = z.object({ name: z.string(), parameters: z.number().int() });
export const Plan = z.object({
  strategy: z.string(),
  backbone: z.string(),
  stages: z.array(StagePlan),
  phases: z.array(Phase),
  trainable: z.number().int(),
  total: z.number().int(),
  /** `pretraining`: pictures that are looked at first, with and without a class; none = the strategy begins at once. */
  counts: z.object({ train: z.number().int(), validation: z.number().int(), pretraining: z.number().int().optional() }),
  /** Doubts that do not stop the run. */
  warnings: z.array(z.string()),
});
export type Plan = z.infer<typeof Plan>;

/** What was measured on this machine: seconds of one picture at inputSize through the whole network, without reading it and without training. */
export const BackboneTime = z.object({ seconds: z.number().positive(), engine: EngineRecord, at: Instant });
export type BackboneTime = z.infer<typeof BackboneTime>;

export const BackboneRecord = z.object({
  id: z.string(),
  family: z.string(),
  title: z.string(),
  parameters: z.number().int(),
  /** Multiply-adds for one picture at inputSize. */
  macs: z.number().int(),
  /** Null while it has not been measured here. */
  time: BackboneTime.nullable(),
  /** Bytes of activations for one picture at inputSize. */
  memory: z.object({ training: z.number().int(), inference: z.number().int() }),
  inputSize: z.tuple([z.number().int(), z.number().int()]),
  /** Width of the pooled features; 0 where there are none. */
  features: z.number().int(),
  stages: z.array(StagePlan),
  weights: z.array(z.object({
    id: z.string(),
    embedded: z.boolean(),
    /** Already on this machine. */
    present: z.boolean(),
    bytes: z.number().int(),
    sha256: z.string().nullable(),
    license: z.string(),
    source: z.string(),
    /** ImageNet accuracy in per cent, and the page that states it. */
    top1: z.number().nullable(),
    top1Source: z.string().nullable(),
  })),
});
export type BackboneRecord = z.infer<typeof BackboneRecord>;
