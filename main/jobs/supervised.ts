// A job process under the controls of the queue: a stop or a kill that a person asks for reaches it.
import type { JobDocument } from '#contract/jobs.ts';
import type { Platform } from '../platform.ts';
import type { Control } from './queue.ts';
import { supervise } from './supervisor.ts';
import type { JobNews } from './supervisor.ts';

/** Runs a document to its end; throws the StudioError of how it failed. */
export async function superviseUnder({ stop, kill }: Control, platform: Platform, document: JobDocument, onNews: (news: JobNews) => void): Promise<void> {
  const job = supervise(platform, document, onNews);
  stop.addEventListener('abort', job.stop);
  kill.addEventListener('abort', job.kill);
  if (stop.aborted) job.stop();
  if (kill.aborted) job.kill();
  try {
    await job.ended;
  } finally {
    stop.removeEventListener('abort', job.stop);
    kill.removeEventListener('abort', job.kill);
  }
}
