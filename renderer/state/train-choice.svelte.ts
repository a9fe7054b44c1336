// What is chosen for the next run, and the plan that follows from it. Kept with the project while its window is open.
import type { Link, Result } from '#contract/api.ts';
import type { CropOptions } from '#contract/crop.ts';
import { StudioError, studioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { RunEstimate } from '#contract/estimate.ts';
import type { Task } from '#contract/records.ts';
import type { BackboneRecord, Plan, StrategyParam, StrategyRecord } from '#contract/plan.ts';
import type { ParentChoice, RunOptions, RunRecord } from '#contract/runs.ts';
import { SvelteMap } from 'svelte/reactivity';
import { toggledStages, trainedStages } from './stage-picks.ts';

type Value = number | string | boolean;
export type ParentOffer = Result<'model.parents'>[number];

export class TrainChoice {
  backbones = $state.raw<readonly BackboneRecord[]>([]);
  strategies = $state.raw<readonly StrategyRecord[]>([]);
  backbone = $state('tf_efficientnet_lite0');
  strategy = $state('lp-ft');
  engine = $state.raw<RunOptions['engine']>('auto');
  seed = $state(1);
  /** Models that a run can begin with. */
  parents = $state.raw<readonly ParentOffer[]>([]);
  #parent = $state.raw<ParentOffer | null>(null);
  /** The one that it begins with; another backbone than its own puts it aside. */
  readonly parent: ParentChoice | null = $derived(this.#parent !== null && this.#parent.model.backbone === this.backbone ? { folder: this.#parent.folder, modelId: this.#parent.model.id } : null);
  /** Boxes instead of whole pictures. */
  crops = $state.raw<CropOptions | null>(null);
  /** Values that differ from a strategy's defaults, by strategy and parameter. */
  readonly #values = new SvelteMap<string, Readonly<Record<string, Value>>>();
  /** Plans by strategy: the chosen one is the drawing, the others are the cards' miniatures. */
  readonly plans = new SvelteMap<string, Plan>();
  /** Why the chosen plan cannot be made. */
  error = $state.raw<StudioError | null>(null);
  starting = $state(false);
  /** What the chosen run will take; null while no step of its kind was measured here. */
  expected = $state.raw<RunEstimate | null>(null);
  measureError = $state.raw<StudioError | null>(null);
  #asked = 0;
  readonly #link: Link;
  readonly #projectId: string;
  readonly task: Task;

  readonly chosenBackbone = $derived(this.backbones.find(({ id }) => id === this.backbone) ?? null);
  readonly chosenStrategy = $derived(this.strategies.find(({ id }) => id === this.strategy) ?? null);
  readonly plan = $derived(this.error === null ? this.plans.get(this.strategy) ?? null : null);
  /** The weights that will be used, when they are on this machine. */
  readonly weights = $derived(this.chosenBackbone?.weights.find(({ present, embedded }) => present || embedded) ?? null);
  /** Whether every pixel gets a class. */
  get masks(): boolean { return this.task === 'segmentation'; }
  readonly scratch = $derived(this.strategy === 'from-scratch');

  constructor(link: Link, projectId: string, task: Task) {
    this.#link = link;
    this.#projectId = projectId;
    this.task = task;
  }

  async load(): Promise<void> {
    [this.backbones, this.strategies] = await Promise.all([this.#link.call('backbone.list', { task: this.task }), this.#link.call('strategy.list', { task: this.task })]);
  }

  async loadParents(): Promise<void> {
    this.parents = await this.#link.call('model.parents', { projectId: this.#projectId });
  }

  beginWith(offer: ParentOffer | null): void {
    this.#parent = offer;
    if (offer) this.backbone = offer.model.backbone;
  }

  /** The parameter by which stages are picked, where the chosen strategy has one. */
  readonly stageParam = $derived(this.chosenStrategy?.params.find(({ kind }) => kind === 'stages') ?? null);

  /** Trains from a stage to the head; `alone`: turns that stage on or off and leaves the others. */
  pickStage(stage: number, alone: boolean): void {
    if (this.stageParam === null || this.plan === null) return;
    const { stages, phases } = this.plan;
    this.set(this.stageParam.id, alone ? toggledStages(stages.map(({ name }) => name), trainedStages(phases, stages.length), stage) : stages.length - stage);
  }

  value({ id, default: standard }: StrategyParam): Value {
    return this.#values.get(this.strategy)?.[id] ?? standard;
  }

  /** Of a parameter of the chosen strategy; null when it has none of this name. */
  chosenValue(id: string): Value | null {
    const param = this.chosenStrategy?.params.find((one) => one.id === id);
    return param ? this.value(param) : null;
  }

  set(id: string, value: Value): void {
    this.#values.set(this.strategy, { ...this.#values.get(this.strategy), [id]: value });
  }

  options(strategy = this.strategy): RunOptions {
    const { backbone, crops, engine, seed, parent } = this;
    return { backbone, strategy, weights: null, parent, crops, pretraining: null, values: { ...this.#values.get(strategy) }, engine, precision: 'float32', threads: null, fold: null, seed };
  }

  /** Asks for the plan of the choice, then for the miniatures of the others. */
  async replan(): Promise<void> {
    const asked = ++this.#asked;
    for (const id of [this.strategy, ...this.strategies.map((one) => one.id).filter((id) => id !== this.strategy)]) {
      try {
        const plan = await this.#link.call('run.plan', { projectId: this.#projectId, options: this.options(id) });
        if (asked !== this.#asked) return;
        this.plans.set(id, plan);
        if (id === this.strategy) {
          this.error = null;
          await this.#expect(asked);
        }
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        if (asked !== this.#asked) return;
        this.plans.delete(id);
        if (id === this.strategy) this.error = error;
      }
    }
  }

  async #expect(asked: number): Promise<void> {
    const expected = await this.#link.call('run.estimate', { projectId: this.#projectId, options: this.options() });
    if (asked === this.#asked) this.expected = expected;
  }

  /** Has a few steps of the chosen run measured. @returns the job that does it, or null when there is a reason against */
  async measure(): Promise<string | null> {
    this.measureError = null;
    try {
      return (await this.#link.call('run.measure', { projectId: this.#projectId, options: this.options() })).jobId;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.measureError = error;
      return null;
    }
  }

  /** Takes in what was measured, or why it could not be. */
  async measured(error: ErrorRecord | null): Promise<void> {
    if (error) this.measureError = studioError(error);
    else await this.#expect(this.#asked);
  }

  /** Starts the run, or puts it into the queue behind the one that runs. */
  async start(): Promise<string | null> {
    this.starting = true;
    try {
      const { runId } = await this.#link.call('run.start', { projectId: this.#projectId, options: this.options() });
      return runId;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.error = error;
      return null;
    } finally {
      this.starting = false;
    }
  }

  /** Takes over what another run was made with. */
  like({ options }: RunRecord): void {
    this.backbone = options.backbone;
    this.strategy = options.strategy;
    this.engine = options.engine;
    this.seed = options.seed;
    this.crops = options.crops;
    this.#parent = this.parents.find(({ folder, model }) => model.id === options.parent?.modelId && folder === options.parent.folder) ?? null;
    this.#values.set(options.strategy, options.values);
  }
}
