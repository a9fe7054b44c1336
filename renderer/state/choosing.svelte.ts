// What helps to choose: the ranking of backbones, comparisons of arms on the same folds, and how a model does from site to site.
import type { Args, Link } from '#contract/api.ts';
import type { ComparisonRecord } from '#contract/comparison.ts';
import { StudioError } from '#contract/errors.ts';
import type { RankingRecord } from '#contract/ranking.ts';
import type { AdaptationMethod, AdaptationRecord, SiteDistances, SiteScores } from '#contract/sites.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { Jobs } from './jobs.svelte.ts';

export class Choosing {
  ranking = $state.raw<RankingRecord | null>(null);
  comparisons = $state.raw<readonly ComparisonRecord[]>([]);
  /** The comparison that is shown; none = the newest. */
  shownId = $state<string | null>(null);
  readonly shown = $derived(this.comparisons.find(({ id }) => id === this.shownId) ?? this.comparisons.at(-1) ?? null);
  loaded = $state(false);
  error = $state.raw<StudioError | null>(null);
  /** By model. */
  readonly scores = new SvelteMap<string, readonly SiteScores[]>();
  readonly distances = new SvelteMap<string, SiteDistances>();
  /** The last adaptation of each model. */
  readonly adaptations = new SvelteMap<string, AdaptationRecord>();
  siteError = $state.raw<StudioError | null>(null);
  readonly #link: Link;
  readonly #projectId: string;
  readonly #jobs: Jobs;

  constructor(link: Link, projectId: string, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#jobs = jobs;
  }

  /** The job that ranks, or works on a comparison, now or soon. */
  readonly rankingJob = $derived.by(() => this.#busy(({ kind }) => kind === 'rank'));
  readonly comparisonJob = $derived.by(() => this.#busy(({ kind }) => kind === 'compare'));
  readonly siteJob = $derived.by(() => this.#busy(({ kind }) => kind === 'sites' || kind === 'adapt'));

  #busy(matches: (job: { readonly kind: string }) => boolean) {
    return [...this.#jobs.running, ...this.#jobs.queued].find(matches) ?? null;
  }

  async load(): Promise<void> {
    const projectId = this.#projectId;
    [this.ranking, this.comparisons] = await Promise.all([this.#link.call('ranking.last', { projectId }), this.#link.call('comparison.list', { projectId })]);
    this.loaded = true;
  }

  receive(comparison: ComparisonRecord): void {
    this.comparisons = this.comparisons.some(({ id }) => id === comparison.id) ? this.comparisons.map((one) => (one.id === comparison.id ? comparison : one)) : [...this.comparisons, comparison];
  }

  rank(options: Args<'ranking.start'>['options']): Promise<void> {
    return this.#work(async () => this.#link.call('ranking.start', { projectId: this.#projectId, options }), () => this.load());
  }

  compare(options: Args<'comparison.start'>['options']): Promise<void> {
    return this.#work(async () => {
      const started = await this.#link.call('comparison.start', { projectId: this.#projectId, options });
      this.shownId = started.comparisonId;
      return started;
    }, () => this.load());
  }

  resume(comparisonId: string, minutes: number): Promise<void> {
    return this.#work(() => this.#link.call('comparison.resume', { projectId: this.#projectId, comparisonId, minutes }), () => this.load());
  }

  stop(jobId: string): Promise<unknown> {
    return this.#jobs.stop(jobId);
  }

  /** Scores per site of a model, and how far the sites lie apart, where that was measured. */
  async loadSites(modelId: string): Promise<void> {
    const projectId = this.#projectId;
    const [scores, distances] = await Promise.all([this.#link.call('site.scores', { projectId, modelId }), this.#link.call('site.distances', { projectId, modelId })]);
    this.scores.set(modelId, scores);
    if (distances) this.distances.set(modelId, distances);
  }

  measureSites(modelId: string): Promise<void> {
    return this.#siteWork(() => this.#link.call('site.measure', { projectId: this.#projectId, modelId }), () => this.loadSites(modelId));
  }

  adapt(modelId: string, site: string, method: AdaptationMethod): Promise<void> {
    const projectId = this.#projectId;
    return this.#siteWork(() => this.#link.call('site.adapt', { projectId, options: { modelId, site, method } }), async (jobId) => { this.adaptations.set(modelId, await this.#link.call('site.adaptation', { projectId, jobId })); });
  }

  async #work(start: () => Promise<{ readonly jobId: string }>, done: (jobId: string) => Promise<void>): Promise<void> {
    this.error = null;
    this.error = await this.#follow(start, done);
  }

  async #siteWork(start: () => Promise<{ readonly jobId: string }>, done: (jobId: string) => Promise<void>): Promise<void> {
    this.siteError = null;
    this.siteError = await this.#follow(start, done);
  }

  /** @returns why it did not work; a stop is no reason */
  async #follow(start: () => Promise<{ readonly jobId: string }>, done: (jobId: string) => Promise<void>): Promise<StudioError | null> {
    try {
      const { jobId } = await start();
      const { status, error } = await this.#jobs.ended(jobId);
      if (error && error.code !== 'cancelled') return new StudioError(error.code, error.key, error.params, error.message);
      if (status === 'finished' || status === 'stopped') await done(jobId);
      return null;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return error;
    }
  }
}
