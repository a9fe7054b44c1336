// A comparison: backbones times strategies and four controls, all on the same folds, and what follows from it.
import { z } from 'zod';
import { ErrorRecord } from './errors.ts';
import { BackboneChoice } from './ranking.ts';
import { Id, Instant, Measure, Seed, Sha256 } from './records.ts';
import { RunStatus } from './runs.ts';

export const ComparisonOptions = z.object({
  backbones: z.array(BackboneChoice).min(1).default([{ backbone: 'tf_efficientnet_lite0', weights: null }]),
  strategies: z.array(z.string()).min(1).default(['knn', 'feature-extraction', 'lp-ft']),
  folds: z.number().int().min(2).max(20).default(3),
  /** How often each arm is run on the same folds with another seed. */
  seeds: z.number().int().min(1).max(10).default(1),
  /** For the whole comparison; what is not done by then is left out. */
  minutes: z.number().positive().max(1440).default(10),
  seed: Seed.default(1),
});
export type ComparisonOptions = z.infer<typeof ComparisonOptions>;

/** What transfer has to beat. `random-features`: a linear head on the first backbone with random weights. `from-scratch`: a small network without any pretraining. */
export const Control = z.enum(['majority', 'histogram', 'random-features', 'from-scratch']);
export type Control = z.infer<typeof Control>;

/** A training from scratch may take so many times what the slowest arm of the grid takes with a fold: a fair chance, and not most of the whole time. */
export const SCRATCH_MULTIPLE = 4;

export const ArmRecord = z.object({
  /** Readable, and the same in every comparison: `histogram`, or `lp-ft/resnet18`. */
  id: z.string(),
  control: Control.nullable(),
  backbone: z.string().nullable(),
  weights: z.string().nullable(),
  strategy: z.string().nullable(),
});
export type ArmRecord = z.infer<typeof ArmRecord>;

/** One training with one held-out fold. */
export const UnitRecord = z.object({
  arm: z.string(),
  fold: z.number().int(),
  seed: Seed,
  seconds: z.number(),
  /** The clock ended its training, or from scratch its share of the grid's time; the best so far counts. */
  cut: z.boolean(),
  /** Probabilities of the held-out pictures, in the order of the classes. */
  predictions: z.array(z.object({ image: Id, probabilities: z.array(z.number()) })),
  error: ErrorRecord.nullable(),
});
export type UnitRecord = z.infer<typeof UnitRecord>;

/** A difference of two accuracies with its interval by paired bootstrap over subjects. */
export const DifferenceRecord = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });
export type DifferenceRecord = z.infer<typeof DifferenceRecord>;

export const ArmResult = z.object({
  arm: ArmRecord,
  /** `partial`: some folds are missing, so it has no figures. */
  status: z.enum(['done', 'partial', 'waiting', 'failed']),
  seconds: z.number(),
  /** How many of its trainings were ended by the clock. */
  cut: z.number().int(),
  accuracy: Measure,
  balancedAccuracy: Measure,
  /** Macro mean of one-against-rest AUC over pictures of all folds. */
  auc: Measure,
  logLoss: Measure,
  /** Less the best arm's accuracy; null for the best itself and for arms without figures. */
  toBest: DifferenceRecord.nullable(),
  /** The best arm cannot be told from it. */
  withinNoise: z.boolean(),
  problem: z.string().nullable(),
});
export type ArmResult = z.infer<typeof ArmResult>;

export const VerdictRecord = z.object({
  /** Arm with the highest accuracy; of equal ones the cheapest. */
  best: z.string(),
  /** The cheapest arm that cannot be told from the best. */
  cheapest: z.string(),
  /** Best arm of the grid, and by how much it beats each control that has figures. */
  transfer: z.object({ arm: z.string(), over: z.array(z.object({ control: Control, difference: DifferenceRecord, better: z.boolean() })) }),
  /** Controls that transfer does not beat beyond doubt. */
  negative: z.array(Control),
  /** In the order in which they should be read: the warning first. */
  sentences: z.array(z.string()),
});
export type VerdictRecord = z.infer<typeof VerdictRecord>;

export const ComparisonRecord = z.object({
  id: Id,
  createdAt: Instant,
  status: RunStatus,
  options: ComparisonOptions,
  dataset: Sha256,
  classes: z.array(z.string()),
  /** Labelled pictures outside the test partition. */
  n: z.number().int(),
  subjects: z.number().int(),
  /** Over all its jobs. */
  seconds: z.number(),
  unitsDone: z.number().int(),
  units: z.number().int(),
  /** Grid first, then the controls; in each by accuracy. */
  arms: z.array(ArmResult),
  /** None before an arm of the grid and another are done. */
  verdict: VerdictRecord.nullable(),
});
export type ComparisonRecord = z.infer<typeof ComparisonRecord>;
