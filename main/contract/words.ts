// The smallest words of the contract, which its other files are written with.
import { z } from 'zod';

/** Random, never reused, meaningless outside its project. */
export const Id = z.string().min(1).max(64);
export type Id = z.infer<typeof Id>;

/** Value with its 95 % interval by bootstrap over subjects. */
export const Measure = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
export type Measure = z.infer<typeof Measure>;
