// What a network makes of one picture: its first filters, the maps of a stage, and what speaks for each class, before its training and after.
import { z } from 'zod';
import { Id } from './records.ts';

/** Numbers over a grid, row by row. */
const Grid = z.array(z.number());

export const InsideRecord = z.object({
  imageId: Id,
  stages: z.array(z.object({ name: z.string(), rows: z.number().int(), columns: z.number().int(), channels: z.number().int() })),
  /** The stage that `maps` are of. */
  stage: z.number().int(),
  /** The first convolution: each filter as a small picture of 1 or 3 channels, interleaved, from 0 to 255 with 128 for no weight; the largest weight of both sides together has the whole range. */
  filters: z.object({ rows: z.number().int(), columns: z.number().int(), channels: z.number().int(), after: z.array(Grid), before: z.array(Grid).nullable() }).nullable(),
  /** The channels that answer most to this picture after training, strongest first. */
  maps: z.array(z.object({ channel: z.number().int(), after: Grid, before: Grid.nullable() })),
  /** Grad-CAM (Selvaraju et al. 2017) of every class, before its ReLU: what is below 0 speaks against the class. None where a picture's answer has no place. */
  evidence: z.object({ rows: z.number().int(), columns: z.number().int(), classes: z.array(z.object({ className: z.string(), values: Grid })) }).nullable(),
  /** What `before` was: the name of the pretrained weights or of the model that the training began with; none = it began with random weights. */
  began: z.string().nullable(),
});
export type InsideRecord = z.infer<typeof InsideRecord>;
