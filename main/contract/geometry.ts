// Shapes on a picture, in its pixels: x to the right, y down, origin at the top left corner of the top left pixel.
import { z } from 'zod';

/** Corners; x2 > x1 and y2 > y1. */
export const Box = z.object({ shape: z.literal('box'), x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })
  .refine(({ x1, y1, x2, y2 }) => x2 > x1 && y2 > y1, { message: 'A box needs a width and a height.' });
export type Box = z.infer<typeof Box>;

/** At least three corners; closed without repeating the first. */
export const Polygon = z.object({ shape: z.literal('polygon'), points: z.array(z.tuple([z.number(), z.number()])).min(3) });
export type Polygon = z.infer<typeof Polygon>;

/** Looked at in one loop: a picture of ten thousand objects has half a million run lengths, and a check of its own for each takes thirty times as long. */
const Runs = z.custom<number[]>((value) => Array.isArray(value) && value.every((run) => Number.isSafeInteger(run) && run >= 0), { message: 'Run lengths are whole numbers, none below 0.' });

/** A binary mask: run lengths over rows, background first, summing to width * height. */
export const Mask = z.object({ shape: z.literal('mask'), width: z.number().int().positive(), height: z.number().int().positive(), runs: Runs })
  .refine(({ width, height, runs }) => runs.reduce((a, b) => a + b, 0) === width * height, { message: 'The run lengths of a mask must cover the picture exactly.' });
export type Mask = z.infer<typeof Mask>;

export const Geometry = z.union([Box, Polygon, Mask]);
export type Geometry = z.infer<typeof Geometry>;
