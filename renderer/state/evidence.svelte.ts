// Class activation maps that were asked for, by model, picture and class.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { ActivationRecord } from '#contract/records.ts';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Jobs } from './jobs.svelte.ts';

/** Most pictures that one job is asked about. */
const MOST = 60;

export class Evidence {
  busy = $state(false);
  readonly #maps = new SvelteMap<string, ActivationRecord>();
  /** By model: why there are none. */
  readonly #refused = new SvelteMap<string, StudioError>();
  readonly #asked = new SvelteSet<string>();
  readonly #link: Link;
  readonly #projectId: string;
  readonly #jobs: Jobs;

  constructor(link: Link, projectId: string, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#jobs = jobs;
  }

  of(modelId: string, imageId: string, className: string): ActivationRecord | null {
    return this.#maps.get(`${modelId} ${imageId} ${className}`) ?? null;
  }

  refusal(modelId: string): StudioError | null {
    return this.#refused.get(modelId) ?? null;
  }

  /** Makes the maps of these pictures come; each picture is asked about once. */
  async ensure(modelId: string, imageIds: readonly string[]): Promise<void> {
    const missing = imageIds.filter((id) => !this.#asked.has(`${modelId} ${id}`)).slice(0, MOST);
    if (missing.length === 0 || this.#refused.has(modelId)) return;
    for (const id of missing) this.#asked.add(`${modelId} ${id}`);
    this.busy = true;
    try {
      const { jobId } = await this.#link.call('model.activate', { projectId: this.#projectId, modelId, imageIds: missing });
      const { error } = await this.#jobs.ended(jobId);
      if (error) throw new StudioError(error.code, error.key, error.params, error.message);
      for (const one of await this.#link.call('model.activations', { projectId: this.#projectId, jobId })) this.#maps.set(`${modelId} ${one.imageId} ${one.className}`, one);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.#refused.set(modelId, error);
    } finally {
      this.busy = false;
    }
  }
}
