// Learning from the project's pictures without their classes: what is chosen, the run that does it, and its model as the next run's beginning.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import { Pretraining } from '#contract/pretraining.ts';
import type { RunOptions, RunRecord } from '#contract/runs.ts';
import type { Runs } from './runs.svelte.ts';
import type { TrainChoice } from './train-choice.svelte.ts';

export class LookingFirst {
  epochs = $state(Pretraining.parse({}).epochs);
  /** How many pictures would be looked at; null while that is not known. */
  pictures = $state.raw<number | null>(null);
  error = $state.raw<StudioError | null>(null);
  starting = $state(false);
  /** Runs of this sitting whose model is still to be chosen. */
  #awaited: readonly string[] = [];
  #asked = 0;
  readonly #link: Link;
  readonly #projectId: string;
  readonly #choice: TrainChoice;
  readonly #runs: Runs;
  /** The newest run that looked first. */
  readonly last: RunRecord | null = $derived.by(() => this.#runs.list.filter(({ options }) => options.pretraining !== null).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null);

  constructor(link: Link, projectId: string, choice: TrainChoice, runs: Runs) {
    this.#link = link;
    this.#projectId = projectId;
    this.#choice = choice;
    this.#runs = runs;
  }

  /** The chosen backbone or model looks first; then nothing but a linear head is fitted, so that what it learnt stands beside the plain network. */
  options(): RunOptions {
    return { ...this.#choice.options('feature-extraction'), values: {}, pretraining: Pretraining.parse({ epochs: this.epochs }) };
  }

  /** Asks how many pictures there are for it, or what speaks against it; the last question wins. */
  async plan(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { counts } = await this.#link.call('run.plan', { projectId: this.#projectId, options: this.options() });
      if (asked === this.#asked) [this.pictures, this.error] = [counts.pretraining ?? null, null];
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      if (asked === this.#asked) [this.pictures, this.error] = [null, error];
    }
  }

  /** Starts it, or puts it into the queue behind the run that is at work. */
  async start(): Promise<void> {
    this.starting = true;
    try {
      const { runId } = await this.#link.call('run.start', { projectId: this.#projectId, options: this.options() });
      this.#awaited = [...this.#awaited, runId];
      this.error = null;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.error = error;
    } finally {
      this.starting = false;
    }
  }

  /** Begins the next run with what a finished one has become, unless that has collapsed; once: a person may choose otherwise afterwards. */
  take(): void {
    for (const offer of this.#choice.parents) {
      const look = this.#runs.story(offer.model.runId)?.look;
      if (!this.#awaited.includes(offer.model.runId) || !look) continue;
      this.#awaited = this.#awaited.filter((id) => id !== offer.model.runId);
      if (!look.collapsed) this.#choice.beginWith(offer);
    }
  }
}
