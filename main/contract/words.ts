// The smallest words of the contract, which its other files are written with.
import { z } from 'zod';

/** Random, never reused, meaningless outside its project. */
export const Id = z.string().min(1).max(64);
export type Id = z.infer<typeof Id>;

/** Value with its 95 % interval by bootstrap over subjects. */
export const Measure = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
export type Measure = z.infer<typeof Measure>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601 in UTC. For people only: order comes from sequence numbers. */
export const Instant = z.iso.datetime();
export const Seed = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** `objects`: each object has a mask of its own. `areas`: each class has one on a picture. */
export const MaskKind = z.enum(['objects', 'areas']);
export type MaskKind = z.infer<typeof MaskKind>;

export const Task = z.enum(['classification', 'multilabel', 'segmentation']);
export type Task = z.infer<typeof Task>;
