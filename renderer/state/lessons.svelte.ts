// The lessons of this window: what there is, what was seen, what runs now and how far its plot has grown.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import type { LessonId, LessonRecord, LessonResult, LessonValues } from '#contract/lessons.ts';
import type { JobRecord } from '#contract/records.ts';
import { SvelteMap } from 'svelte/reactivity';

export interface LessonJob { readonly projectId: string; readonly lesson: string; readonly record: JobRecord }

const working = ({ status }: JobRecord) => status === 'queued' || status === 'running';

export class Lessons {
  list = $state.raw<readonly LessonRecord[]>([]);
  /** Of each lesson the last result that came to its end. */
  readonly results = new SvelteMap<LessonId, LessonResult>();
  /** The plot of the lesson that runs, as far as it is. */
  growing = $state.raw<LessonResult | null>(null);
  job = $state.raw<LessonJob | null>(null);
  shown = $state<LessonId>('early-layers');
  error = $state.raw<StudioError | null>(null);
  readonly record = $derived(this.list.find(({ id }) => id === this.shown) ?? null);
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.on((push) => this.#receive(push));
  }

  async load(): Promise<void> {
    try {
      const { lessons, results, projectId } = await this.#link.call('lesson.list', {});
      this.list = lessons;
      for (const result of results) this.results.set(result.lesson, result);
      if (projectId === null) return;
      const now = (await this.#link.call('job.list', { projectId })).find((job) => job.kind === 'lesson' && working(job));
      this.job = now ? { projectId, lesson: now.subjectId ?? '', record: now } : null;
    } catch (error) {
      this.#keep(error);
    }
  }

  async start(lesson: LessonId, values: LessonValues): Promise<void> {
    this.error = null;
    this.growing = null;
    try {
      await this.#link.call('lesson.start', { lesson, values });
    } catch (error) {
      this.#keep(error);
    }
  }

  async stop(): Promise<void> {
    if (this.job) await this.#link.call('job.stop', { projectId: this.job.projectId, jobId: this.job.record.id });
  }

  #receive(push: Push): void {
    if (push.type === 'lesson.result') {
      if (push.result.done) this.results.set(push.result.lesson, push.result);
      this.growing = push.result.done ? null : push.result;
    }
    if (push.type !== 'job.changed' || push.job.kind !== 'lesson') return;
    const { job, projectId } = push;
    this.job = working(job) ? { projectId, lesson: job.subjectId ?? '', record: job } : null;
    if (this.job) return;
    this.growing = null;
    if (job.error && job.error.code !== 'cancelled') this.error = new StudioError(job.error.code, job.error.key, job.error.params, job.error.message);
  }

  #keep(error: unknown): void {
    if (!(error instanceof StudioError)) throw error;
    this.error = error;
  }
}
