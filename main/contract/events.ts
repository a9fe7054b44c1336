// What the main side tells without being asked. Events state facts that happened.
import { z } from 'zod';
import { ComparisonRecord } from './comparison.ts';
import { LessonResult } from './lessons.ts';
import { Patch } from './patch.ts';
import { Id, JobRecord, ProjectRecord, SplitRecord } from './records.ts';
import { RunRecord } from './runs.ts';
import { RunEvent } from './run-events.ts';

export const Push = z.discriminatedUnion('type', [
  z.object({ type: z.literal('project.changed'), project: ProjectRecord }),
  z.object({ type: z.literal('patch.applied'), projectId: Id, sequence: z.number().int(), patch: Patch, origin: z.string().nullable() }),
  /** Pictures came in or went; ask again. */
  z.object({ type: z.literal('images.changed'), projectId: Id }),
  z.object({ type: z.literal('split.made'), projectId: Id, split: SplitRecord }),
  z.object({ type: z.literal('job.changed'), projectId: Id, job: JobRecord }),
  z.object({ type: z.literal('lesson.result'), projectId: Id, jobId: Id, result: LessonResult }),
  z.object({ type: z.literal('comparison.changed'), projectId: Id, comparison: ComparisonRecord }),
  z.object({ type: z.literal('run.changed'), projectId: Id, run: RunRecord }),
  z.object({ type: z.literal('run.event'), projectId: Id, runId: Id, event: RunEvent }),
]);
export type Push = z.infer<typeof Push>;
