// What is known about the models of a project: how they did on which partition, and what they said about each picture.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { EvaluationRecord, Partition } from '#contract/records.ts';
import type { ModelRecord, RunRecord } from '#contract/runs.ts';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Prediction } from './answers.ts';
import type { Jobs } from './jobs.svelte.ts';
import type { Runs } from './runs.svelte.ts';

/** Partitions that can be looked at: the training partition tells nothing about new pictures. */
export type Looked = Exclude<Partition, 'train'>;

export class Results {
  models = $state.raw<readonly ModelRecord[]>([]);
  evaluations = $state.raw<readonly EvaluationRecord[]>([]);
  /** The run that is shown. */
  runId = $state<string | null>(null);
  partition = $state.raw<Looked>('validation');
  /** Runs that are compared with the one that is shown. */
  readonly compared = new SvelteSet<string>();
  error = $state.raw<StudioError | null>(null);
  busy = $state(false);
  loaded = $state(false);
  readonly #predictions = new SvelteMap<string, readonly Prediction[]>();
  readonly #link: Link;
  readonly #projectId: string;
  readonly #runs: Runs;
  readonly #jobs: Jobs;

  constructor(link: Link, projectId: string, runs: Runs, jobs: Jobs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#runs = runs;
    this.#jobs = jobs;
  }

  /** Runs that have a model, newest first. */
  readonly runs = $derived.by(() => [...this.#runs.list].filter(({ modelId }) => modelId !== null).sort((a, b) => b.createdAt.localeCompare(a.createdAt)));
  /** Whose model proposes: what was learnt from boxes says nothing of whole pictures. */
  readonly newest = $derived(this.runs.find(({ options }) => options.crops === null) ?? null);
  readonly run = $derived.by(() => this.runs.find(({ id }) => id === this.runId) ?? this.runs[0] ?? null);
  readonly model = $derived.by(() => this.models.find(({ id }) => id === this.run?.modelId) ?? null);
  readonly evaluation = $derived.by(() => (this.run === null ? null : this.of(this.run, this.partition)));
  readonly predictions = $derived.by(() => (this.run === null ? [] : this.predictionsOf(this.run, this.partition)));

  async load(): Promise<void> {
    const projectId = this.#projectId;
    [this.models, this.evaluations] = await Promise.all([this.#link.call('model.list', { projectId }), this.#link.call('model.evaluations', { projectId, modelId: null })]);
    this.loaded = true;
  }

  /** The latest evaluation of a run's model on a partition. */
  of(run: RunRecord, partition: Looked): EvaluationRecord | null {
    return this.evaluations.filter((one) => one.modelId === run.modelId && one.partition === partition).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null;
  }

  predictionsOf(run: RunRecord, partition: Looked): readonly Prediction[] {
    return this.#predictions.get(`${run.modelId} ${partition}`) ?? [];
  }

  /** Makes figures and predictions of a run come; on validation it measures where that has not been done. */
  async show(run: RunRecord, partition: Looked): Promise<void> {
    if (run.modelId === null) return;
    if (partition === 'validation' && this.of(run, partition) === null && !this.busy) await this.measure(run, partition);
    if (this.of(run, partition) !== null && !this.#predictions.has(`${run.modelId} ${partition}`)) {
      this.#predictions.set(`${run.modelId} ${partition}`, await this.#link.call('model.predictions', { projectId: this.#projectId, modelId: run.modelId, partition }));
    }
  }

  /** Measures a model; on the test partition this is a look that is counted. */
  async measure({ modelId }: RunRecord, partition: Looked): Promise<void> {
    if (modelId === null) return;
    this.busy = true;
    this.error = null;
    try {
      const { jobId } = await this.#link.call('model.evaluate', { projectId: this.#projectId, modelId, partition });
      const job = await this.#jobs.ended(jobId);
      if (job.error) this.error = new StudioError(job.error.code, job.error.key, job.error.params, job.error.message);
      this.#predictions.delete(`${modelId} ${partition}`);
      await this.load();
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
