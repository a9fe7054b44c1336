// Waiting for long work over a link.
import type { Link } from '#contract/api.ts';

/** Waits for the end of a job. Throws when it is another than a good one. */
export async function ended(link: Link, projectId: string, jobId: string): Promise<void> {
  for (;;) {
    const told = Promise.withResolvers<void>();
    const hush = link.on((push) => { if (push.type === 'job.changed' && push.job.id === jobId) told.resolve(); });
    const job = (await link.call('job.list', { projectId })).find(({ id }) => id === jobId);
    if (job && job.status !== 'queued' && job.status !== 'running') {
      hush();
      if (job.status !== 'finished') throw new Error(`the ${job.kind} ${job.status}: ${job.error?.message ?? ''}`);
      return;
    }
    await told.promise;
    hush();
  }
}
