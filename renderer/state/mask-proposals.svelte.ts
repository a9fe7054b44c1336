// What a model draws on the pictures one works on: dashed outlines until a person keeps them, whole or one by one, or brushes over them.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { Mask } from '#contract/geometry.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { Jobs } from './jobs.svelte.ts';
import type { Results } from './results.svelte.ts';

export interface MaskProposal { readonly id: string; readonly className: string; readonly mask: Mask; readonly modelId: string }

export class MaskProposalsOf {
  busy = $state(false);
  error = $state.raw<StudioError | null>(null);
  /** By picture: what has been neither kept nor dropped. */
  readonly #open = new SvelteMap<string, readonly MaskProposal[]>();
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

  of(imageId: string | undefined): readonly MaskProposal[] {
    return imageId === undefined ? [] : this.#open.get(imageId) ?? [];
  }

  /** The model of the newest run draws on these pictures; what it drew on them before is forgotten. */
  async ask(imageIds: readonly string[]): Promise<void> {
    const modelId = this.#results.newest?.modelId;
    if (modelId == null || imageIds.length === 0) return;
    this.busy = true;
    this.error = null;
    try {
      const { jobId } = await this.#link.call('model.proposeMasks', { projectId: this.#projectId, modelId, imageIds: [...imageIds] });
      const job = await this.#jobs.ended(jobId);
      if (job.error) throw new StudioError(job.error.code, job.error.key, job.error.params, job.error.message);
      for (const { imageId, proposals } of await this.#link.call('model.maskProposals', { projectId: this.#projectId, jobId })) {
        this.#open.set(imageId, proposals.map(({ className, mask }) => ({ id: crypto.randomUUID(), className, mask, modelId })));
      }
    } catch (reason) {
      if (!(reason instanceof StudioError)) throw reason;
      this.error = reason;
    } finally {
      this.busy = false;
    }
  }

  /** They are kept or dropped. */
  settle(imageId: string, ids: ReadonlySet<string>): void {
    this.#open.set(imageId, this.of(imageId).filter(({ id }) => !ids.has(id)));
  }
}
