// What is found when backbones are ranked before any training: scores of their features, and what a quick probe on them gets.
import { z } from 'zod';
import { Id, Instant, Measure, Seed, Sha256 } from './records.ts';

/** A backbone with weights, as it is named in a list: `weights` as in RunOptions, none = the backbone's own. */
export const BackboneChoice = z.object({ backbone: z.string(), weights: z.string().nullable().default(null) });
export type BackboneChoice = z.infer<typeof BackboneChoice>;

export const RankingOptions = z.object({
  /** None = every backbone whose weights are on this machine, and the embedded one with random weights beside them. */
  backbones: z.array(BackboneChoice).default([]),
  folds: z.number().int().min(2).max(20).default(5),
  seed: Seed.default(1),
});
export type RankingOptions = z.infer<typeof RankingOptions>;

/** One backbone. What cannot be said of it is null. */
export const RankedBackbone = z.object({
  backbone: z.string(),
  /** Id in the catalogue, name of the file, or `none` for random weights. */
  weights: z.string(),
  features: z.number().int(),
  logme: z.number().nullable(),
  /** With the covariance shrunk by `shrinkage`, 0..1. */
  hScore: z.number().nullable(),
  shrinkage: z.number().nullable(),
  /** Only where the weights have the classifier of the pretrained task. */
  leep: z.number().nullable(),
  nce: z.number().nullable(),
  /** Accuracy of a linear head on pictures held out in turn. */
  probe: Measure,
  seconds: z.number(),
  /** Why it has no scores. */
  problem: z.string().nullable(),
});
export type RankedBackbone = z.infer<typeof RankedBackbone>;

export const RankingRecord = z.object({
  createdAt: Instant,
  jobId: Id,
  dataset: Sha256,
  /** Labelled pictures outside the test partition. */
  n: z.number().int(),
  subjects: z.number().int(),
  folds: z.number().int(),
  seed: Seed,
  /** What always saying the commonest class gets. */
  majority: z.number(),
  /** By the probe, best first; those without one last. */
  backbones: z.array(RankedBackbone),
});
export type RankingRecord = z.infer<typeof RankingRecord>;
