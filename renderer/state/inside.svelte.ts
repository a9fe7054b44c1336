// What a model makes of one picture: asked of a job, kept by model, picture and stage.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { InsideRecord } from '#contract/inside.ts';
import type { Jobs } from './jobs.svelte.ts';

export class Inside {
  record = $state.raw<InsideRecord | null>(null);
  busy = $state(false);
  error = $state.raw<StudioError | null>(null);
  readonly #known = new Map<string, InsideRecord>();
  readonly #link: Link;
  readonly #projectId: string;
  readonly #jobs: Jobs;
  #asked = '';

  constructor(link: Link, projectId: string, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#jobs = jobs;
  }

  async look(modelId: string, imageId: string, stage: number): Promise<void> {
    const key = `${modelId} ${imageId} ${stage}`;
    this.#asked = key;
    this.error = null;
    const known = this.#known.get(key);
    if (known) {
      this.record = known;
      return;
    }
    this.busy = true;
    try {
      const { jobId } = await this.#link.call('model.lookInside', { projectId: this.#projectId, modelId, imageId, stage });
      const { error } = await this.#jobs.ended(jobId);
      if (error) throw new StudioError(error.code, error.key, error.params, error.message);
      const found = await this.#link.call('model.inside', { projectId: this.#projectId, jobId });
      this.#known.set(key, found);
      // Only the last one that was asked for is shown.
      if (this.#asked === key) this.record = found;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.error = error;
    } finally {
      this.busy = this.#asked !== key && this.busy;
    }
  }
}
