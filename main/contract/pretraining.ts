// Learning from pictures without their classes, before a run: what can be set, and what is told of it.
import { z } from 'zod';

export const Pretraining = z.object({
  /** SimSiam (Chen and He 2021): two changed views of a picture are to predict each other. */
  method: z.literal('simsiam').default('simsiam'),
  epochs: z.number().int().min(1).max(2000).default(20),
  /** Pictures per step, each in two views. */
  batchSize: z.number().int().min(2).max(512).default(32),
  /** For 256 pictures per step; it goes down with the batch. */
  learningRate: z.number().positive().max(10).default(0.05),
  /** Of the projections. The paper has 2048 for ImageNet; a few hundred pictures need less. */
  dimension: z.number().int().min(8).max(4096).default(512),
});
export type Pretraining = z.infer<typeof Pretraining>;

const Scores = z.object({ loss: z.number(), accuracy: z.number() });

export const PretrainingEvents = [
  z.object({
    type: z.literal('pretraining'),
    epoch: z.number().int(),
    epochs: z.number().int(),
    /** Minus the mean cosine, from 1 to -1. */
    loss: z.number(),
    /** Mean over dimensions of the standard deviation of unit embeddings over pictures; 1 / sqrt(dimension) where they are spread evenly, 0 where all are the same. */
    deviation: z.number(),
    /** At or below this the embeddings count as collapsed: 0.5 / sqrt(dimension). */
    collapsedBelow: z.number(),
    seconds: z.number(),
    secondsLeft: z.number().nullable(),
  }),
  /** The same linear head on the plain backbone and on the pretrained one, measured on the validation partition. */
  z.object({ type: z.literal('pretrained'), pictures: z.number().int(), seconds: z.number(), collapsed: z.boolean(), plain: Scores, pretrained: Scores }),
] as const;
