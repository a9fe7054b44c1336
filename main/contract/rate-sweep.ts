// What a search for a learning rate found: the loss while the rate rose, and the rates that it suggests (Smith 2017).
import { z } from 'zod';

export const RateSweep = z.object({
  /** Of the phase that was tried. */
  phase: z.string(),
  points: z.array(z.object({
    /** Of the fastest stage; the others keep their proportion to it. */
    rate: z.number().positive(),
    loss: z.number(),
    /** Exponential moving average of the losses, free of the bias of its start. */
    smoothed: z.number(),
  })),
  /** A tenth of the rate with the lowest smoothed loss; null where the loss never fell. */
  suggested: z.number().positive().nullable(),
  /** Where the smoothed loss falls fastest over the logarithm of the rate. */
  steepest: z.number().positive().nullable(),
  /** `whole`: up to the highest rate. `diverged`: the loss broke away before. */
  end: z.enum(['whole', 'diverged', 'stopped']),
  seconds: z.number(),
});
export type RateSweep = z.infer<typeof RateSweep>;
