// What the newest model says of the pictures one works on: a hint until a person accepts it.
import type { Link } from '#contract/api.ts';
import type { ImageRow } from '#contract/overview.ts';
import { StudioError } from '#contract/errors.ts';
import type { ClassRecord, PredictionRecord } from '#contract/records.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { Jobs } from './jobs.svelte.ts';
import { wholeLabels } from './labelling.ts';
import type { Results } from './results.svelte.ts';

export interface Proposal { readonly one: ClassRecord; readonly probability: number }

/** Most pictures that one call may ask about. */
const MOST = 500;

export class Proposals {
  busy = $state(false);
  error = $state.raw<StudioError | null>(null);
  /** By picture; null = the model has said nothing of it. */
  readonly #known = new SvelteMap<string, PredictionRecord | null>();
  #modelId: string | null = null;
  readonly #link: Link;
  readonly #projectId: string;
  readonly #results: Results;
  readonly #jobs: Jobs;

  constructor(link: Link, projectId: string, results: Results, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#results = results;
    this.#jobs = jobs;
  }

  /** Makes known what the model has said of these pictures. */
  async ensure(ids: readonly string[]): Promise<void> {
    const modelId = this.#results.newest?.modelId ?? null;
    if (modelId !== this.#modelId) {
      this.#known.clear();
      this.#modelId = modelId;
    }
    const missing = ids.filter((id) => !this.#known.has(id)).slice(0, MOST);
    if (modelId === null || missing.length === 0) return;
    for (const id of missing) this.#known.set(id, null);
    const found = await this.#link.call('model.proposals', { projectId: this.#projectId, modelId, imageIds: missing });
    if (modelId !== this.#modelId) return;
    for (const one of found) if (one.imageId !== null) this.#known.set(one.imageId, one);
  }

  /** Classes that the model gives a picture, likeliest first, as far as the project has them by these names. */
  of(imageId: string, classes: ReadonlyMap<string, ClassRecord>, several: boolean): readonly Proposal[] {
    const said = this.#known.get(imageId), names = this.#results.models.find(({ id }) => id === this.#modelId)?.classes;
    if (!said || !names) return [];
    const all = names.map((name, index) => ({ one: classes.get(name), probability: said.probabilities[index] ?? 0 })).toSorted((a, b) => b.probability - a.probability);
    const chosen = several ? all.filter(({ probability }) => probability >= 0.5) : all.slice(0, 1);
    return chosen.filter((proposal): proposal is Proposal => proposal.one !== undefined);
  }

  /** Puts all pictures without a class before the model. */
  async ask(): Promise<void> {
    const modelId = this.#results.newest?.modelId;
    if (modelId == null) return;
    this.busy = true;
    this.error = null;
    try {
      const { jobId } = await this.#link.call('model.propose', { projectId: this.#projectId, modelId });
      const { error } = await this.#jobs.ended(jobId);
      if (error) this.error = new StudioError(error.code, error.key, error.params, error.message);
      this.#known.clear();
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.error = error;
    } finally {
      this.busy = false;
    }
  }

  /** The model that proposes. */
  get modelId(): string | null { return this.#modelId; }
}

/** Whether a proposal is still open: nobody has decided about the picture. */
export function undecided(row: ImageRow): boolean {
  return wholeLabels(row).length === 0 && row.image.status === 'open';
}
