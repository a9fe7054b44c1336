// The training runs of a project and what they tell while they work.
import type { Link } from '#contract/api.ts';
import type { RunRecord } from '#contract/runs.ts';
import type { RunEvent, RunEventBody } from '#contract/run-events.ts';
import { SvelteMap } from 'svelte/reactivity';
import { placeOf, planAxis } from '../charts/plan-axis.ts';
import type { Retained } from '../charts/retention.ts';
import { firstLook } from './first-look.ts';

type Body<T extends RunEventBody['type']> = Extract<RunEventBody, { type: T }>;

/** The events of one run, in order, and what a screen reads off them. */
export class RunStory {
  events = $state.raw<readonly RunEvent[]>([]);
  /** The last sign of life within an epoch; not kept with the others, there are many. */
  progress = $state.raw<Body<'progress'> | null>(null);
  readonly plan = $derived(this.#last('plan')?.plan ?? null);
  readonly engine = $derived(this.#last('plan')?.engine ?? null);
  /** What was told beforehand that it would take. */
  readonly expected = $derived(this.#last('plan')?.estimate ?? null);
  readonly axis = $derived(this.plan ? planAxis(this.plan.phases) : null);
  /** The measured epochs; `at` counts epochs of training by steps on the plan's axis, so a fitted head stands at its start. */
  readonly epochs = $derived.by(() => {
    const perPhase = new Map<number, number>();
    return this.events.map(({ body }) => body).filter((body) => body.type === 'epoch').map((body) => {
      const placed = this.axis?.phases[body.phase];
      const within = placed?.phase.kind === 'fit' ? 0 : (perPhase.get(body.phase) ?? 0) + 1;
      perPhase.set(body.phase, within);
      return { ...body, at: (placed?.firstEpoch ?? 0) + within };
    });
  });
  /** What is left of what the network could before the run: the first one is the parent's own. A resumed run may tell of an epoch twice. */
  readonly retention = $derived([...new Map(this.events.flatMap(({ body }): [number, Retained][] => {
    if (body.type !== 'retention') return [];
    const at = this.epochs.find(({ epoch }) => epoch === body.epoch)?.at ?? 0;
    return [[at, { ...body, at }]];
  })).values()]);
  /** What the model said of a few validation pictures, after each epoch; a resumed run may tell of one twice. */
  readonly previews = $derived([...new Map(this.events.flatMap(({ body }): [number, Body<'preview'>][] => (body.type === 'preview' ? [[body.epoch, body]] : []))).values()]);
  readonly best = $derived(this.epochs.findLast(({ best }) => best) ?? null);
  /** What it learnt from pictures without their classes; null where it does not, or has not yet. */
  readonly look = $derived(firstLook(this.events.map(({ body }) => body)));
  readonly phase = $derived(this.#last('phase'));
  readonly finished = $derived(this.#last('finished'));
  readonly failed = $derived(this.#last('failed'));

  /** Epochs of training done, with the share of the one at work. */
  readonly at = $derived.by(() => {
    const last = this.epochs.at(-1), { phase, progress, axis } = this;
    const begun = phase ? axis?.phases[phase.index]?.firstEpoch ?? 0 : 0;
    const working = progress && phase && progress.phase === phase.index && progress.epoch > (last?.epoch ?? 0) && progress.total > 0 && axis?.phases[phase.index]?.phase.kind === 'train';
    return Math.max(begun, last?.at ?? 0) + (working ? progress.done / progress.total : 0);
  });
  /** Where the run is on its plan, as a share of the width. */
  readonly place = $derived.by(() => {
    if (this.axis === null || this.phase === null) return 0;
    if (this.finished) return 1;
    const phase = this.axis.phases[this.phase.index];
    return phase?.phase.kind === 'fit' ? phase.from : placeOf(this.axis, this.at);
  });
  /** Of the last event taken in. */
  sequence = 0;

  receive(events: readonly RunEvent[]): void {
    const fresh = events.filter(({ sequence }) => sequence > this.sequence);
    this.sequence = fresh.at(-1)?.sequence ?? this.sequence;
    const progress = fresh.findLast(({ body }) => body.type === 'progress')?.body;
    if (progress?.type === 'progress') this.progress = progress;
    const lasting = fresh.filter(({ body }) => body.type !== 'progress');
    if (lasting.length > 0) this.events = [...this.events, ...lasting];
  }

  #last<T extends RunEventBody['type']>(type: T): Body<T> | null {
    // The filter on the type is what makes this true.
    return (this.events.findLast(({ body }) => body.type === type)?.body as Body<T> | undefined) ?? null;
  }
}

/** In a root of its own: what is derived in a story that an effect asked for would end with that effect. */
function newStory(): RunStory {
  const made: RunStory[] = [];
  $effect.root(() => { made.push(new RunStory()); });
  return made[0]!;
}

export class Runs {
  list = $state.raw<readonly RunRecord[]>([]);
  readonly #stories = new SvelteMap<string, RunStory>();
  readonly #link: Link;
  readonly #projectId: string;
  /** Numbered as they were started, the way a person speaks of them. */
  readonly numbers = $derived(new Map([...this.list].sort((a, b) => a.createdAt.localeCompare(b.createdAt)).map(({ id }, index) => [id, index + 1])));
  readonly active = $derived(this.list.find(({ status }) => status === 'running') ?? null);
  readonly queue = $derived(this.list.filter(({ status }) => status === 'queued').sort((a, b) => a.createdAt.localeCompare(b.createdAt)));

  constructor(link: Link, projectId: string) {
    this.#link = link;
    this.#projectId = projectId;
  }

  async load(): Promise<void> {
    this.list = await this.#link.call('run.list', { projectId: this.#projectId });
  }

  receive(run: RunRecord): void {
    const at = this.list.findIndex(({ id }) => id === run.id);
    this.list = at < 0 ? [run, ...this.list] : this.list.with(at, run);
  }

  receiveEvent(runId: string, event: RunEvent): void {
    const story = this.#stories.get(runId);
    if (!story) return;
    // A gap means that events were told while this page was away.
    if (event.sequence === story.sequence + 1) story.receive([event]);
    else void this.follow(runId);
  }

  /** The story of a run, complete from its first event. */
  async follow(runId: string): Promise<RunStory> {
    const story = this.#stories.get(runId) ?? newStory();
    this.#stories.set(runId, story);
    story.receive(await this.#link.call('run.events', { projectId: this.#projectId, runId, after: story.sequence }));
    return story;
  }

  story(runId: string): RunStory | undefined {
    return this.#stories.get(runId);
  }

  async recover(): Promise<void> {
    await this.load();
    await Promise.all([...this.#stories.keys()].map((runId) => this.follow(runId)));
  }
}
