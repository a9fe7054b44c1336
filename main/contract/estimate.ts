// What a run will take, told before it starts: reckoned from steps that were measured on this machine.
import { z } from 'zod';

const Seconds = z.number().nonnegative();

/** What one phase costs; all zero for a head that is fitted at once. */
export const PhaseCosts = z.object({
  /** Once: the engine makes the program of the phase and warms up. */
  start: Seconds,
  /** Of one update, reading its pictures included. */
  step: Seconds,
  /** Of one picture that is only looked at. */
  validation: Seconds,
  /** After each epoch: values and slots are read back. */
  end: Seconds,
});
export type PhaseCosts = z.infer<typeof PhaseCosts>;

export const MeasuredCosts = z.object({
  /** Seconds until engines, weights and pictures are open. */
  open: Seconds,
  /** Seconds per picture, and per view where outputs of frozen stages are kept; those that are kept already cost nothing. */
  prepare: Seconds,
  phases: z.array(PhaseCosts),
  /** Largest resident size of the process, in bytes. */
  memory: z.number().int().positive(),
});
export type MeasuredCosts = z.infer<typeof MeasuredCosts>;

/** Of the whole run when no epoch is left out: seconds of work, and bytes of memory of its process. */
export const RunEstimate = z.object({ seconds: Seconds, memory: z.number().int().positive() });
export type RunEstimate = z.infer<typeof RunEstimate>;
