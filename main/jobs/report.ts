// What a job found out, read back by whoever asks.
import type { z } from 'zod';
import { StudioError, studioError } from '#contract/errors.ts';
import { job, report } from '../db/index.ts';
import type { Project } from '../db/index.ts';

/** Throws the job's own error when it failed, and `not-found` while it has nothing to report. */
export function reportOf<S extends z.ZodType>({ db }: Project, jobId: string, schema: S): z.output<S> {
  const { error, status } = job(db, jobId);
  const found = schema.safeParse(report(db, jobId));
  if (found.success) return found.data;
  if (error) throw studioError(error);
  throw new StudioError('not-found', 'report.none', { job: jobId, status }, status === 'queued' || status === 'running' ? 'The job has not ended yet.' : 'This job has no such report.');
}
