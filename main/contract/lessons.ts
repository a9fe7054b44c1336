// Lessons as data: short experiments on the sample project, what each one plots, and what follows from its numbers.
import { z } from 'zod';
import { EngineRecord } from './engines.ts';
import { Instant } from './records.ts';

export const LessonId = z.enum(['early-layers', 'labels', 'rate', 'forgetting', 'negative-transfer', 'depth', 'sigmoid']);
export type LessonId = z.infer<typeof LessonId>;

/** A sentence or a name in no language yet: a key of lesson-texts.ts and its values. A value that is a key itself is said in the same language. */
export const Said = z.object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) });
export type Said = z.infer<typeof Said>;

/** A number that can be changed before a lesson is run again. Its label has the key `lesson.param.` and the id. */
export const LessonParam = z.object({ id: z.string(), default: z.number(), min: z.number(), max: z.number(), whole: z.boolean() });
export type LessonParam = z.infer<typeof LessonParam>;

/** Numbers of a lesson by id; those left out have their defaults. */
export const LessonValues = z.record(z.string(), z.number());
export type LessonValues = z.infer<typeof LessonValues>;

export const LessonRecord = z.object({
  id: LessonId,
  /** From 1, in the order of the lecture. */
  number: z.number().int().positive(),
  title: Said,
  /** What is asked, in a sentence. */
  question: Said,
  params: z.array(LessonParam),
  /** How long it takes on two cores, about. */
  seconds: z.number().int().positive(),
});
export type LessonRecord = z.infer<typeof LessonRecord>;

export const PlotAxis = z.object({
  title: Said,
  scale: z.enum(['linear', 'log', 'names']),
  /** Ends that do not follow from the data: shares always go from 0 to 1. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Of the places 0, 1, 2 ... on an axis of names; none elsewhere. */
  names: z.array(Said),
});
export type PlotAxis = z.infer<typeof PlotAxis>;

export const PlotSeries = z.object({
  name: Said,
  /** `y` is null where the loss was no number any more; `low` and `high` are the range over repetitions. */
  points: z.array(z.object({ x: z.number(), y: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })),
});
export type PlotSeries = z.infer<typeof PlotSeries>;

export const LessonPlot = z.object({
  title: Said,
  x: PlotAxis,
  y: PlotAxis,
  series: z.array(PlotSeries),
  /** Lines across the plot, such as what guessing gives. */
  levels: z.array(z.object({ name: Said, y: z.number() })),
});
export type LessonPlot = z.infer<typeof LessonPlot>;

export const LessonResult = z.object({
  lesson: LessonId,
  values: LessonValues,
  plot: LessonPlot,
  /** Empty while it runs. */
  sentences: z.array(Said),
  /** False while points are still to come. */
  done: z.boolean(),
  seconds: z.number(),
  at: Instant,
  engine: EngineRecord.nullable(),
});
export type LessonResult = z.infer<typeof LessonResult>;
