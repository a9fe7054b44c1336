// What was told beforehand that a run would take, against what it took.
import type { Args, Link } from '#contract/api.ts';
import type { RunEstimate } from '#contract/estimate.ts';
import { ended } from '../ended.ts';

export interface Compared { readonly told: RunEstimate; readonly took: { readonly seconds: number; readonly memory: number } }

/** Measures a few steps of a run, then does all of it. */
export async function estimateAgainstRun(link: Link, projectId: string, options: Args<'run.start'>['options']): Promise<Compared> {
  await ended(link, projectId, (await link.call('run.measure', { projectId, options })).jobId);
  const told = await link.call('run.estimate', { projectId, options });
  const { runId, jobId } = await link.call('run.start', { projectId, options });
  await ended(link, projectId, jobId);
  const finished = (await link.call('run.events', { projectId, runId, after: 0 })).map(({ body }) => body).find((body) => body.type === 'finished');
  if (told === null || finished === undefined) throw new Error('there is no estimate, or the run did not finish');
  return { told, took: { seconds: finished.seconds, memory: finished.memory ?? NaN } };
}
