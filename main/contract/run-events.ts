// What a training run tells while it works. Each event is stored with its sequence number before it is published.
import { z } from 'zod';
import { EngineRecord } from './engines.ts';
import { ErrorRecord } from './errors.ts';
import { RunEstimate } from './estimate.ts';
import { Mask } from './geometry.ts';
import { Plan } from './plan.ts';
import { PretrainingEvents } from './pretraining.ts';
import { Id } from './records.ts';

/** `accuracy`: share of pictures, or of pixels. `dice`: of masks, mean over pictures. */
const Scores = z.object({ loss: z.number(), accuracy: z.number(), dice: z.number().optional() });

/** What an epoch did to a stage. */
export const StageMovement = z.object({
  /** Relative change of its weights since the start of the run, ||w - w0|| / ||w0||; null where it started at zero. */
  drift: z.number().nullable(),
  /** L2 norm of the gradients of its weights before clipping, mean over the steps of the epoch; null where it is frozen. */
  gradient: z.number().nullable(),
});
export type StageMovement = z.infer<typeof StageMovement>;

export const RunEventBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('plan'), runId: Id, plan: Plan, engine: EngineRecord, dataset: z.string(), estimate: RunEstimate.optional() }),
  /** Pictures read and frozen prefix cached. `cached`: how many outputs came from the cache. */
  z.object({ type: z.literal('prepared'), pictures: z.number().int(), cached: z.number().int(), seconds: z.number() }),
  z.object({ type: z.literal('phase'), index: z.number().int(), name: z.string(), epochs: z.number().int() }),
  /** Within an epoch, at most a few times a second. */
  z.object({ type: z.literal('progress'), phase: z.number().int(), epoch: z.number().int(), done: z.number(), total: z.number(), what: z.string(), secondsLeft: z.number().nullable() }),
  z.object({
    type: z.literal('epoch'),
    phase: z.number().int(),
    /** 1-based over the whole run. */
    epoch: z.number().int(),
    epochs: z.number().int(),
    train: Scores,
    validation: Scores,
    /** Largest rate in use. */
    learningRate: z.number(),
    seconds: z.number(),
    /** Per stage, stem to head; none where nothing is trained by steps. */
    stages: z.array(StageMovement).optional(),
    /** This epoch is the best so far. */
    best: z.boolean(),
    secondsLeft: z.number().nullable(),
  }),
  /**
   * How well the network still does what it could before the run. `accuracy`: on the validation pictures of the model that the run began with;
   * `agreement`: share of validation pictures to which the pretrained classifier still gives its old answer. The first one, after epoch 0 of its phase, is the parent's own.
   */
  z.object({ type: z.literal('retention'), epoch: z.number().int(), of: z.enum(['accuracy', 'agreement']), value: z.number(), pictures: z.number().int() }),
  /** What the model says now of the same few validation pictures: one mask per class, at the size at which the network sees them. */
  z.object({ type: z.literal('preview'), epoch: z.number().int(), pictures: z.array(z.object({ imageId: Id, masks: z.array(Mask) })) }),
  /** `key` and `params` so that it can be said in another language. */
  z.object({ type: z.literal('warning'), key: z.string(), message: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  ...PretrainingEvents,
  /** All that an exact resume needs is in this blob. */
  z.object({ type: z.literal('checkpoint'), epoch: z.number().int(), blob: z.string() }),
  /** `memory`: largest resident size of the process, in bytes. */
  z.object({ type: z.literal('finished'), runId: Id, modelId: Id, seconds: z.number(), memory: z.number().int().optional(), stopped: z.boolean(), metrics: z.object({ epoch: z.number().int(), validation: Scores, selection: z.literal(true) }) }),
  z.object({ type: z.literal('failed'), runId: Id, error: ErrorRecord }),
]);
export type RunEventBody = z.infer<typeof RunEventBody>;

export const RunEvent = z.object({ sequence: z.number().int().positive(), at: z.string(), body: RunEventBody });
export type RunEvent = z.infer<typeof RunEvent>;
