// Long work of a project: what runs, how far it is, how to stop it.
import type { Link } from '#contract/api.ts';
import type { JobRecord } from '#contract/records.ts';
import { SvelteMap } from 'svelte/reactivity';

const over = (job: JobRecord) => job.status !== 'queued' && job.status !== 'running';

export class Jobs {
  readonly #link: Link;
  readonly #projectId: string;
  readonly byId = new SvelteMap<string, JobRecord>();
  readonly running = $derived([...this.byId.values()].filter(({ status }) => status === 'running'));
  readonly queued = $derived([...this.byId.values()].filter(({ status }) => status === 'queued'));
  readonly #ends = new Map<string, Set<(job: JobRecord) => void>>();

  constructor(link: Link, projectId: string) {
    this.#link = link;
    this.#projectId = projectId;
  }

  async load(): Promise<void> {
    for (const job of await this.#link.call('job.list', { projectId: this.#projectId })) this.receive(job);
  }

  receive(job: JobRecord): void {
    this.byId.set(job.id, job);
    if (!over(job)) return;
    for (const end of this.#ends.get(job.id) ?? []) end(job);
    this.#ends.delete(job.id);
  }

  /** @returns the job when it has ended, however it ended */
  ended(jobId: string): Promise<JobRecord> {
    const known = this.byId.get(jobId);
    if (known && over(known)) return Promise.resolve(known);
    return new Promise((done) => {
      const waiting = this.#ends.get(jobId) ?? new Set();
      this.#ends.set(jobId, waiting.add(done));
    });
  }

  stop(jobId: string): Promise<unknown> {
    return this.#link.call('job.stop', { projectId: this.#projectId, jobId });
  }
}
