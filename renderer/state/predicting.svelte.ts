// Pictures from anywhere put before a model: copied from the browser where needed, predicted by a job, listed.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { PredictionRecord } from '#contract/records.ts';
import type { DroppedFile, Shell } from '../link/door.ts';
import type { Jobs } from './jobs.svelte.ts';
import { relativePath } from './relative-path.ts';

export interface Predicted { readonly record: PredictionRecord; /** As a list shows it: below the folder that was chosen. */ readonly name: string; /** As a file keeps it. */ readonly path: string; /** Address of the dropped file; null when the picture lies in a folder of this machine. */ readonly url: string | null }

export class Predicting {
  stage = $state.raw<'copying' | 'predicting' | null>(null);
  copied = $state.raw({ done: 0, total: 0 });
  jobId = $state.raw<string | null>(null);
  rows = $state.raw<readonly Predicted[]>([]);
  classes = $state.raw<readonly string[]>([]);
  error = $state.raw<StudioError | null>(null);
  readonly #link: Link;
  readonly #projectId: string;
  readonly #jobs: Jobs;
  #urls: string[] = [];

  constructor(link: Link, projectId: string, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#jobs = jobs;
  }

  get progress() { return this.jobId === null ? null : this.#jobs.byId.get(this.jobId)?.progress ?? null; }

  async fromFiles(modelId: string, classes: readonly string[], files: readonly DroppedFile[], shell: Shell): Promise<void> {
    await this.#run(async () => {
      this.stage = 'copying';
      this.copied = { done: 0, total: files.length };
      const received = await shell.receive(files, (done, total) => { this.copied = { done, total }; });
      const urls = new Map(files.map(({ file, path }) => [path, URL.createObjectURL(file)]));
      this.#urls = [...urls.values()];
      try {
        await this.#predict(modelId, classes, received.paths, (path) => {
          const name = received.droppedAs(path) ?? path;
          return { name, path: name, url: urls.get(name) ?? null };
        });
      } finally {
        await received.release();
      }
    });
  }

  async fromPaths(modelId: string, classes: readonly string[], paths: readonly string[]): Promise<void> {
    await this.#run(() => this.#predict(modelId, classes, paths, (path) => ({ name: relativePath(path, paths), path, url: null })));
  }

  stop(): Promise<unknown> {
    return this.jobId === null ? Promise.resolve() : this.#jobs.stop(this.jobId);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    for (const url of this.#urls) URL.revokeObjectURL(url);
    this.#urls = [];
    this.rows = [];
    this.error = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.error = error;
    } finally {
      this.stage = null;
    }
  }

  async #predict(modelId: string, classes: readonly string[], paths: readonly string[], place: (path: string) => Omit<Predicted, 'record'>): Promise<void> {
    const { jobId } = await this.#link.call('model.predict', { projectId: this.#projectId, modelId, paths: [...paths] });
    this.jobId = jobId;
    this.stage = 'predicting';
    const job = await this.#jobs.ended(jobId);
    if (job.error) throw new StudioError(job.error.code, job.error.key, job.error.params, job.error.message);
    const records = await this.#link.call('model.predictReport', { projectId: this.#projectId, jobId });
    this.classes = classes;
    this.rows = records.map((record) => ({ record, ...place(record.path) }));
  }
}
