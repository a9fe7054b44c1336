// Runs jobs: a row for each, its turn in the queue, its progress as it goes, and exactly one end, stored before it is told.
import { randomUUID } from 'node:crypto';
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import type { JobRecord } from '#contract/records.ts';
import type { Project } from '../db/folder.ts';
import { insertJob, job, jobs, updateJob } from '../db/jobs.ts';
import type { Platform } from '../platform.ts';
import { createQueue } from './queue.ts';
import type { Control, Lane } from './queue.ts';

export type Progress = NonNullable<JobRecord['progress']>;

export interface JobControl extends Control {
  readonly jobId: string;
  progress(now: Progress): void;
}

export interface JobSpec {
  readonly kind: JobRecord['kind'];
  readonly lane: Lane;
  /** The run, model or import it belongs to. */
  readonly subjectId: string | null;
  /** `stopped`: it ended early on request and kept what it had. What it throws is how it failed. */
  work(control: JobControl): Promise<'finished' | 'stopped'>;
  /** Called when it was stopped before its turn came. */
  skipped?(): void;
}

export interface JobRunner {
  readonly platform: Platform;
  publish(push: Push): void;
  /** @returns the job's id, stored already */
  start(project: Project, spec: JobSpec): string;
  list(project: Project): JobRecord[];
  /** Whether a job for this run, model or import waits or runs. */
  isBusyWith(subjectId: string): boolean;
  stop(project: Project, jobId: string): void;
  kill(project: Project, jobId: string): void;
  /** Ends all jobs of a project and waits for them. */
  endAll(project: Project): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two words about progress: a screen reads no faster. */
const progressEvery = 100;

export function createJobRunner(platform: Platform, publish: (push: Push) => void): JobRunner {
  const queue = createQueue((error) => platform.log('error', 'a job threw past its end', error));
  /** Jobs that wait or run, with what is known of them now. */
  const live = new Map<string, { readonly project: Project; record: JobRecord; told: number }>();

  function change(id: string, now: Partial<JobRecord>): void {
    const entry = live.get(id);
    if (!entry) return;
    entry.record = { ...entry.record, ...now };
    entry.told = performance.now();
    publish({ type: 'job.changed', projectId: entry.project.record.id, job: entry.record });
  }

  /** The last word about a job: it is told even when the disk is too full to keep it, since somebody waits for it. */
  function end(project: Project, id: string, status: JobRecord['status'], error: ErrorRecord | null): void {
    try {
      updateJob(project.db, id, { status, error });
    } catch (fault) {
      platform.log('error', `the end of job ${id} (${status}) could not be stored`, fault);
    }
    change(id, { status, error, progress: null });
    live.delete(id);
  }

  async function run(project: Project, id: string, spec: JobSpec, control: Control): Promise<void> {
    try {
      updateJob(project.db, id, { status: 'running' });
      change(id, { status: 'running' });
      const progress = ({ done, total, what, secondsLeft }: Progress) => {
        if (performance.now() - (live.get(id)?.told ?? 0) >= progressEvery || done === total) change(id, { progress: { done, total, what, secondsLeft } });
      };
      end(project, id, await spec.work({ ...control, jobId: id, progress }), null);
    } catch (error) {
      const record = errorRecord(error);
      if (record.code === 'internal') platform.log('error', `job ${id} (${spec.kind}) failed`, error);
      const asked = control.stop.aborted && !control.kill.aborted;
      end(project, id, record.code !== 'cancelled' ? 'failed' : asked ? 'stopped' : 'interrupted', record);
    }
  }

  /** Throws when the job is not there; one that has ended is left alone. */
  const known = (project: Project, id: string) => void job(project.db, id);

  return {
    platform,
    publish,
    start(project, spec) {
      const record: JobRecord = { id: randomUUID(), kind: spec.kind, status: 'queued', subjectId: spec.subjectId, progress: null, error: null };
      project.db.transaction(() => insertJob(project.db, record));
      live.set(record.id, { project, record, told: 0 });
      change(record.id, {});
      queue.add({
        id: record.id,
        lane: spec.lane,
        run: (control) => run(project, record.id, spec, control),
        skipped() {
          spec.skipped?.();
          end(project, record.id, 'stopped', errorRecord(new StudioError('cancelled', 'job.skipped', {}, 'The job was stopped before its turn came.')));
        },
      });
      return record.id;
    },
    list: (project) => jobs(project.db).map((record) => live.get(record.id)?.record ?? record),
    isBusyWith: (subjectId) => [...live.values()].some(({ record }) => record.subjectId === subjectId),
    stop(project, id) {
      known(project, id);
      queue.stop(id);
    },
    kill(project, id) {
      known(project, id);
      queue.kill(id);
    },
    async endAll(project) {
      const ids = [...live].filter(([, entry]) => entry.project === project).map(([id]) => id);
      for (const id of ids) queue.kill(id);
      await Promise.all(ids.map((id) => queue.ended(id)));
    },
    close: () => queue.close(),
  };
}
