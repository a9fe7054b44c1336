// Several sites in one project: how good a model is at each, how unlike their pictures are, and bringing a model to another site without its labels.
import { z } from 'zod';
import { Id, Instant, Measure, Partition, Seed } from './records.ts';

/** adabn: the norms take the statistics of the new pictures. coral: a new head on training features that were given the new pictures' covariance. shot: the backbone is trained until its answers on the new pictures are sure and varied. */
export const AdaptationMethod = z.enum(['adabn', 'coral', 'shot']);
export type AdaptationMethod = z.infer<typeof AdaptationMethod>;

/** How unlike two sets of pictures are to a network. */
export const SiteDistance = z.object({
  /** Pictures of the site, and of the others. */
  n: z.number().int(),
  others: z.number().int(),
  /** Held-out accuracy of a linear rule that tells them apart, mean of both sides: .5 = chance. */
  accuracy: z.number(),
  /** Proxy A-distance, 0..2. */
  aDistance: z.number(),
  /** Squared maximum mean discrepancy, and the share of random divisions that lie as far apart. */
  mmd2: z.number(),
  p: z.number(),
});
export type SiteDistance = z.infer<typeof SiteDistance>;

/** A model's score on one site. */
export const SiteScore = z.object({
  site: z.string(),
  n: z.number().int(),
  subjects: z.number().int(),
  accuracy: Measure,
  balancedAccuracy: Measure,
});
export type SiteScore = z.infer<typeof SiteScore>;

export const SiteDistances = z.object({ modelId: Id, createdAt: Instant, sites: z.array(SiteDistance.extend({ site: z.string() })) });
export type SiteDistances = z.infer<typeof SiteDistances>;

export const AdaptationOptions = z.object({ modelId: Id, site: z.string().min(1), method: AdaptationMethod.default('adabn'), seed: Seed.default(1) });
export type AdaptationOptions = z.infer<typeof AdaptationOptions>;

/** A score before and after; null where no labelled picture outside training and test can tell. */
const BeforeAfter = z.object({ n: z.number().int(), subjects: z.number().int(), before: Measure, after: Measure }).nullable();

export const AdaptationRecord = z.object({
  options: AdaptationOptions,
  createdAt: Instant,
  /** The adapted model. */
  modelId: Id,
  /** Pictures of the site that it was adapted on; their labels had no say. */
  pictures: z.number().int(),
  distance: SiteDistance.nullable(),
  /** Validation pictures of the other sites. */
  source: BeforeAfter,
  /** Labelled pictures of the site. */
  target: BeforeAfter,
  seconds: z.number(),
});
export type AdaptationRecord = z.infer<typeof AdaptationRecord>;

/** Scores per site, of the partition that a model was measured on. */
export const SiteScores = z.object({ partition: Partition, sites: z.array(SiteScore) });
export type SiteScores = z.infer<typeof SiteScores>;
