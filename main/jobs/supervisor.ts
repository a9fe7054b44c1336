// Watches over one job process: starts it, checks every word it says, and turns each way it can end into a result or a sentence.
import { StudioError, studioError } from '#contract/errors.ts';
import { JobMessage, PROTOCOL } from '#contract/jobs.ts';
import type { JobCommand, JobDocument } from '#contract/jobs.ts';
import type { Platform } from '../platform.ts';

/** What a job tells besides how it is: its first word, its last, and a failure are the supervisor's. */
export type JobNews = Exclude<JobMessage, { type: 'ready' | 'done' | 'failed' }>;

export interface Supervised {
  /** Resolves when the process said `done` and is gone; rejects with a StudioError otherwise. */
  readonly ended: Promise<void>;
  /** Asks it to finish its step, keep the best, and end. */
  stop(): void;
  /** At once; `ended` rejects with `cancelled`. */
  kill(): void;
}

export interface Patience {
  /** Milliseconds for a process to start and load its code. */
  readonly start: number;
  /** Milliseconds between its last word and its end. */
  readonly end: number;
}

/**
 * Runs one job in a process of its own.
 * @param onNews called in order; what it throws (a full disk, say) ends the job with that error
 */
export function supervise(platform: Platform, document: JobDocument, onNews: (news: JobNews) => void, patience: Patience = { start: 120_000, end: 10_000 }): Supervised {
  const child = platform.startJob(threadEnvironment(document.threads));
  const send = (command: JobCommand) => child.send(command);
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  /** How it ends, once that is known: null = well. The process may still be on its way out. */
  let outcome: { readonly error: unknown } | undefined;
  let started = false, stopWanted = false;
  let timer = setTimeout(() => fail(new StudioError('engine', 'job.silent', { seconds: patience.start / 1000 }, 'The job process did not start in time. The computer may be short of memory; close other programs and try again.')), patience.start);

  function fail(error: unknown): void {
    outcome ??= { error };
    child.kill();
  }

  /** After its last word a process has a moment to leave by itself. */
  function leave(error: unknown): void {
    outcome ??= { error };
    clearTimeout(timer);
    timer = setTimeout(() => child.kill(), patience.end);
  }

  child.onMessage((raw) => {
    if (outcome) return;
    const { data: message, error } = JobMessage.safeParse(raw);
    if (!message || (message.type === 'ready') === started) return fail(brokenProtocol(error ?? `unexpected ${message?.type}`, raw));
    try {
      switch (message.type) {
        case 'ready':
          started = true;
          clearTimeout(timer);
          send({ type: 'start', document });
          if (stopWanted) send({ type: 'stop' });
          return;
        case 'done': return leave(null);
        case 'failed':
          platform.log('warning', `job ${document.jobId} failed: ${message.error.message}`, message.stack);
          return leave(studioError(message.error));
        default: return onNews(message);
      }
    } catch (fault) {
      fail(fault);
    }
  });

  child.onExit((end) => {
    clearTimeout(timer);
    outcome ??= { error: crash(end) };
    if (outcome.error === null) resolve();
    else {
      if (end.stderr !== '') platform.log('warning', `job ${document.jobId} said before it ended`, end.stderr);
      reject(outcome.error);
    }
  });

  return {
    ended,
    stop() {
      stopWanted = true;
      if (started) send({ type: 'stop' });
    },
    kill: () => fail(new StudioError('cancelled', 'job.killed', {}, 'The job was ended at once, as asked.')),
  };
}

function brokenProtocol(cause: unknown, raw: unknown): StudioError {
  return new StudioError('internal', 'job.protocol', { protocol: PROTOCOL }, 'The job process spoke another protocol than this Fovea. Install Fovea again, or restart it after an update.', { cause: { cause, raw } });
}

/** Why a process is gone that did not say `done`. Its last words may hold the reason (out of memory, a missing library). */
function crash({ code, signal, stderr }: { readonly code: number | null; readonly signal: string | null; readonly stderr: string }): StudioError {
  const how = signal !== null ? `signal ${signal}` : code !== null ? `exit code ${code}` : 'it could not be started';
  const guess = signal === 'SIGKILL' || code === 134 || signal === 'SIGABRT' ? ' The system may have ended it for want of memory: close other programs, or choose a smaller batch or backbone.' : '';
  const last = stderr.trim().split('\n').slice(-5).join('\n').slice(-1000);
  return new StudioError('engine', 'job.crashed', { how, output: last }, `The job process ended unexpectedly (${how}).${guess}${last === '' ? '' : ` Its last words: ${last}`}`);
}

/** libtensorflow reads these when it is loaded, before a job can say anything. */
function threadEnvironment(threads: number): Readonly<Record<string, string>> {
  const count = String(threads);
  return { TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: count, OMP_NUM_THREADS: count };
}
