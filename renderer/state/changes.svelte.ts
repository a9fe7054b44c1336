// The changes a person makes: shown at once, sent one after the other, durable when acknowledged, undone by their inverse.
import type { Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import { inverse } from '#contract/patch.ts';
import type { Change, Patch } from '#contract/patch.ts';

/** What the changes touch: the project applies a patch to what it holds, and asks again when a patch had to be taken back. */
export interface Changed {
  applyLocally(patch: Patch): void;
  reload(): Promise<void>;
}

export class Changes {
  /** When each of the patches that are shown but not acknowledged was made, oldest first, in milliseconds of `Date.now()`. */
  #unsaved = $state.raw<readonly number[]>([]);
  /** How many patches are shown but not acknowledged. */
  readonly waiting = $derived(this.#unsaved.length);
  /** Since when the oldest of them waits; null when all is saved. */
  readonly waitingSince = $derived(this.#unsaved[0] ?? null);
  savedAt = $state.raw<Date | null>(null);
  /** A refused change; while it stands, nothing else is taken. */
  failure = $state.raw<StudioError | null>(null);
  undoable = $state.raw<readonly Patch[]>([]);
  redoable = $state.raw<readonly Patch[]>([]);
  /** Milliseconds from key to acknowledgement, newest last: what the sitting test reads. */
  readonly latencies: number[] = [];

  readonly #link: Link;
  readonly #projectId: string;
  readonly #target: Changed;
  /** This window; its own patches come back as pushes and are known by their ids. */
  readonly origin = crypto.randomUUID();
  reader: string | null = null;
  #sequence = 0;
  #tail: Promise<void> = Promise.resolve();
  readonly #own = new Set<string>();

  constructor(link: Link, projectId: string, target: Changed) {
    this.#link = link;
    this.#projectId = projectId;
    this.#target = target;
  }

  /** Finds the present end of the log, so that only later changes count as news. */
  async begin(): Promise<void> {
    const { sequence } = await this.#link.call('patch.since', { projectId: this.#projectId, sequence: Number.MAX_SAFE_INTEGER });
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** Makes a change. @returns when it is durable */
  apply(title: string, changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    const patch: Patch = { id: crypto.randomUUID(), title: title.slice(0, 200), changes: [...changes] };
    if (this.failure) return Promise.reject(this.failure);
    this.undoable = [...this.undoable, patch].slice(-500);
    this.redoable = [];
    return this.#send(patch);
  }

  /** @returns what was taken back, or null when there is nothing */
  undo(): Patch | null {
    const patch = this.undoable.at(-1);
    if (patch === undefined || this.failure) return null;
    this.undoable = this.undoable.slice(0, -1);
    this.redoable = [...this.redoable, patch];
    void this.#send(inverse(patch, crypto.randomUUID())).catch(() => undefined);
    return patch;
  }

  /** @returns what was done again, or null when there is nothing */
  redo(): Patch | null {
    const patch = this.redoable.at(-1);
    if (patch === undefined || this.failure) return null;
    const again = { ...patch, id: crypto.randomUUID() };
    this.redoable = this.redoable.slice(0, -1);
    this.undoable = [...this.undoable, again];
    void this.#send(again).catch(() => undefined);
    return again;
  }

  /** A patch that the studio tells of. */
  receive(sequence: number, patch: Patch): void {
    this.#sequence = Math.max(this.#sequence, sequence);
    if (!this.#own.delete(patch.id)) this.#target.applyLocally(patch);
  }

  /** After a lost connection: takes in what others did meanwhile. What was under way here is sent by #deliver itself. */
  async recover(): Promise<void> {
    const { sequence, patches } = await this.#link.call('patch.since', { projectId: this.#projectId, sequence: this.#sequence });
    for (const { sequence: own, patch } of patches) this.receive(own, patch);
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** Leaves a refused change behind and shows what is really stored. */
  async giveUp(): Promise<void> {
    this.failure = null;
    this.#unsaved = [];
    this.undoable = [];
    this.redoable = [];
    await this.#target.reload();
  }

  #send(patch: Patch): Promise<void> {
    const started = performance.now();
    this.#target.applyLocally(patch);
    this.#own.add(patch.id);
    this.#unsaved = [...this.#unsaved, Date.now()];
    const sent = this.#tail.then(() => this.#deliver(patch, started));
    this.#tail = sent.catch(() => undefined);
    return sent;
  }

  async #deliver(patch: Patch, started: number): Promise<void> {
    if (this.failure) throw this.failure;
    try {
      this.#sequence = Math.max(this.#sequence, await this.#deliverOnce(patch, this.#sequence));
      this.savedAt = new Date();
      this.latencies.push(performance.now() - started);
      if (this.latencies.length > 2000) this.latencies.shift();
      this.#unsaved = this.#unsaved.slice(1);
    } catch (error) {
      this.#own.delete(patch.id);
      this.failure = error instanceof StudioError ? error : new StudioError('internal', 'internal', {}, String(error));
      throw this.failure;
    }
  }

  /** Sends a patch until it is acknowledged. When the line breaks before the answer, the log tells whether it had arrived. */
  async #deliverOnce(patch: Patch, before: number): Promise<number> {
    for (let sent = false; ; sent = true) {
      try {
        if (sent) {
          const { patches } = await this.#link.call('patch.since', { projectId: this.#projectId, sequence: before });
          const arrived = patches.find((one) => one.patch.id === patch.id);
          if (arrived) return arrived.sequence;
        }
        return (await this.#link.call('patch.apply', { projectId: this.#projectId, patch, reader: this.reader, origin: this.origin })).sequence;
      } catch (error) {
        if (!(error instanceof StudioError && error.key === 'link.lost')) throw error;
      }
    }
  }
}
