// Starts a job and waits for its end, passing on what it tells.
import { errorRecord } from '#contract/errors.ts';
import type { Link } from '#contract/api.ts';
import type { Push } from '#contract/events.ts';
import type { JobRecord } from '#contract/records.ts';
import type { Context } from './command.ts';
import { jobError } from './command.ts';

const ended = new Set<JobRecord['status']>(['finished', 'stopped', 'failed', 'interrupted']);

/**
 * Runs one job to its end. Ctrl-C asks it to stop and keep what it has.
 * @param start the call that starts it
 * @param onPush everything that is told meanwhile, in order
 * @returns the job as it ended; throws its error when it failed
 */
export async function runJob<S extends { readonly jobId: string }>(
  { link, output, interrupted }: Pick<Context, 'link' | 'output' | 'interrupted'>, start: () => Promise<S>, onPush: (push: Push) => void = () => {},
): Promise<{ readonly job: JobRecord; readonly started: S }> {
  const { promise, resolve } = Promise.withResolvers<JobRecord>();
  let jobId: string | undefined, projectId = '';
  const early: Push[] = []; // told before the call that starts the job has answered
  const receive = (push: Push) => {
    onPush(push);
    if (push.type !== 'job.changed' || push.job.id !== jobId) return;
    projectId = push.projectId;
    const { status, progress } = push.job;
    if (ended.has(status)) resolve(push.job);
    else if (progress) output.progress(progress.what, progress.done, progress.total, progress.secondsLeft);
  };
  const silence = link.on((push) => jobId === undefined ? early.push(push) : receive(push));
  const stop = () => { if (jobId) link.call('job.stop', { projectId, jobId }).catch((error: unknown) => output.error(errorRecord(error))); };
  try {
    const started = await start();
    jobId = started.jobId;
    early.forEach(receive);
    interrupted.addEventListener('abort', stop);
    const job = await promise;
    if (job.status === 'failed' || job.status === 'interrupted') throw jobError(job.error, job.kind);
    return { job, started };
  } finally {
    silence();
    interrupted.removeEventListener('abort', stop);
  }
}

/** Opens the project that a command names. */
export async function openProject(link: Link, folder: string): Promise<string> {
  return (await link.call('project.open', { folder })).id;
}

/** The model a command means: the one named, else the newest. */
export async function chooseModel(link: Link, projectId: string, id: string | undefined): Promise<string> {
  if (id !== undefined) return id;
  const newest = (await link.call('model.list', { projectId })).at(-1);
  if (!newest) throw jobError({ code: 'refused', key: 'model.none', params: {}, message: 'This project has no model yet. Train one first: fovea train DIR' }, 'model');
  return newest.id;
}
