// Pictures on their way into a project: copied from the browser where needed, then read by an import job, then reported.
import type { Args, Link } from '#contract/api.ts';
import type { ImportReport } from '#contract/import.ts';
import { StudioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { DroppedFile, Shell } from '../link/door.ts';
import type { Jobs } from './jobs.svelte.ts';

export type ImportChoices = Omit<Args<'image.import'>['options'], 'paths'>;
/** In place of a path for `labels`: annotation files lie among the pictures. */
export const BESIDE = 'beside';
export type Stage = 'copying' | 'reading' | 'done' | 'failed';

export class Imports {
  /** Shown to the person: the folder's or the file's name. */
  name = $state('');
  stage = $state.raw<Stage | null>(null);
  copied = $state.raw<{ done: number; total: number }>({ done: 0, total: 0 });
  jobId = $state.raw<string | null>(null);
  report = $state.raw<ImportReport | null>(null);
  error = $state.raw<StudioError | ErrorRecord | null>(null);
  startedAt = $state(0);
  readonly #link: Link;
  readonly #projectId: string;
  readonly #jobs: Jobs;
  readonly busy = $derived(this.stage === 'copying' || this.stage === 'reading');

  constructor(link: Link, projectId: string, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#jobs = jobs;
  }

  get job() { return this.jobId === null ? null : this.#jobs.byId.get(this.jobId) ?? null; }

  /** Folders and files of this machine. */
  fromPaths(name: string, paths: readonly string[], choices: ImportChoices): Promise<void> {
    return this.#run(name, () => this.#read(paths, choices));
  }

  /** What was dropped on the window. */
  fromFiles(name: string, files: readonly DroppedFile[], shell: Shell, choices: ImportChoices): Promise<void> {
    return this.#run(name, async () => {
      this.stage = 'copying';
      this.copied = { done: 0, total: files.length };
      const received = await shell.receive(files, (done, total) => { this.copied = { done, total }; });
      try {
        await this.#read(received.paths, choices);
      } finally {
        await received.release();
      }
    });
  }

  /** A job that something else started, such as the sample project's. */
  watch(name: string, jobId: string): Promise<void> {
    return this.#run(name, () => this.#follow(jobId));
  }

  dismiss(): void {
    this.stage = null;
    this.report = null;
    this.error = null;
  }

  stop(): Promise<unknown> {
    return this.jobId === null ? Promise.resolve() : this.#jobs.stop(this.jobId);
  }

  async #run(name: string, work: () => Promise<void>): Promise<void> {
    this.dismiss();
    this.name = name;
    this.startedAt = Date.now();
    try {
      await work();
    } catch (error) {
      this.stage = 'failed';
      this.error = error instanceof StudioError ? error : new StudioError('internal', 'internal', {}, String(error));
    }
  }

  async #read(paths: readonly string[], choices: ImportChoices): Promise<void> {
    const labels = choices.labels === BESIDE ? paths[0] : choices.labels;
    const { jobId } = await this.#link.call('image.import', { projectId: this.#projectId, options: { ...choices, labels, paths: [...paths] } });
    await this.#follow(jobId);
  }

  async #follow(jobId: string): Promise<void> {
    this.jobId = jobId;
    this.stage = 'reading';
    const job = await this.#jobs.ended(jobId);
    if (job.status === 'failed' || job.status === 'interrupted') {
      this.stage = 'failed';
      this.error = job.error;
      return;
    }
    this.report = await this.#link.call('image.importReport', { projectId: this.#projectId, jobId });
    this.stage = 'done';
  }
}
