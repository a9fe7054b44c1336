// Which picture next, by what the newest model is least sure of; and how much of its proposals stays, which says when it is good enough.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { Corrections } from '#contract/segmentation.ts';
import type { Images } from './images.svelte.ts';
import type { Jobs } from './jobs.svelte.ts';
import type { Results } from './results.svelte.ts';

const KEY = 'fovea.enough';
/** Milliseconds between two looks at all corrections. */
const SELDOM = 15_000;

function kept(): number {
  const value = Number(localStorage.getItem(KEY));
  return value > 0 && value < 1 ? value : 0.9;
}

export class NextPicture {
  busy = $state(false);
  error = $state.raw<StudioError | null>(null);
  corrections = $state.raw<Corrections | null>(null);
  /** Dice that a person would call good enough. */
  #target = $state(kept());
  #lookedAt = -Infinity;
  readonly #link: Link;
  readonly #projectId: string;
  readonly #results: Results;
  readonly #images: Images;
  readonly #jobs: Jobs;

  constructor(link: Link, projectId: string, { results, images, jobs }: { readonly results: Results; readonly images: Images; readonly jobs: Jobs }) {
    this.#link = link;
    this.#projectId = projectId;
    this.#results = results;
    this.#images = images;
    this.#jobs = jobs;
  }

  get target(): number { return this.#target; }
  set target(value: number) {
    this.#target = value;
    localStorage.setItem(KEY, String(value));
  }

  /** Puts the pictures without a label before the newest model, and then in the order of its doubt. */
  async ask(): Promise<void> {
    const modelId = this.#results.newest?.modelId;
    if (modelId == null) return;
    this.busy = true;
    this.error = null;
    try {
      const { jobId } = await this.#link.call('model.findUncertain', { projectId: this.#projectId, modelId });
      const { error } = await this.#jobs.ended(jobId);
      if (error) throw new StudioError(error.code, error.key, error.params, error.message);
      await this.#images.setOrder('uncertain');
    } catch (reason) {
      if (!(reason instanceof StudioError)) throw reason;
      this.error = reason;
    } finally {
      this.busy = false;
    }
  }

  /** Looks again at what was corrected, unless that was done a moment ago. */
  async look(): Promise<void> {
    if (performance.now() - this.#lookedAt < SELDOM) return;
    this.#lookedAt = performance.now();
    this.corrections = await this.#link.call('model.corrections', { projectId: this.#projectId });
  }
}
