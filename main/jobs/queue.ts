// The order of long work: one job that computes at a time, and beside it one that reads or writes files.
import { StudioError } from '#contract/errors.ts';

/** compute: training, prediction, export. files: imports, downloads. */
export type Lane = 'compute' | 'files';

/** How a piece of work is asked to end. */
export interface Control {
  /** Aborted when a person wants it to end with what it has. */
  readonly stop: AbortSignal;
  /** Aborted when it has to end at once. */
  readonly kill: AbortSignal;
}

export interface Work {
  readonly id: string;
  readonly lane: Lane;
  /** Called when its turn has come. */
  run(control: Control): Promise<void>;
  /** Called instead of run when it was stopped while it waited. */
  skipped(): void;
}

export interface Queue {
  add(work: Work): void;
  /** Stopping what has ended, or was never there, does nothing. */
  stop(id: string): void;
  kill(id: string): void;
  /** Resolves when a piece of work has ended; at once when it is not there. */
  ended(id: string): Promise<void>;
  /** Kills all and waits for their ends; nothing can be added any more. */
  close(): Promise<void>;
}

interface Entry { readonly work: Work; readonly stop: AbortController; readonly kill: AbortController; readonly ended: PromiseWithResolvers<void>; started: boolean }

/** @param onFault what a piece of work threw: it should have dealt with its own errors */
export function createQueue(onFault: (error: unknown) => void): Queue {
  const entries = new Map<string, Entry>();
  const busy = new Set<Lane>();
  let closed = false;

  function next(lane: Lane): void {
    if (busy.has(lane)) return;
    const entry = [...entries.values()].find(({ work, started }) => work.lane === lane && !started);
    if (!entry) return;
    busy.add(lane);
    entry.started = true;
    void perform(entry).finally(() => {
      busy.delete(lane);
      leave(entry);
      next(lane);
    });
  }

  async function perform({ work, stop, kill }: Entry): Promise<void> {
    try {
      await work.run({ stop: stop.signal, kill: kill.signal });
    } catch (error) {
      onFault(error);
    }
  }

  function leave({ work, ended }: Entry): void {
    entries.delete(work.id);
    ended.resolve();
  }

  function end(id: string, how: 'stop' | 'kill'): void {
    const entry = entries.get(id);
    if (!entry) return;
    if (entry.started) return entry[how].abort();
    entry.work.skipped();
    leave(entry);
  }

  return {
    add(work) {
      if (closed) throw new StudioError('cancelled', 'studio.closing', {}, 'Fovea is closing. Start it again to go on.');
      entries.set(work.id, { work, stop: new AbortController(), kill: new AbortController(), ended: Promise.withResolvers(), started: false });
      next(work.lane);
    },
    stop: (id) => end(id, 'stop'),
    kill: (id) => end(id, 'kill'),
    ended: (id) => entries.get(id)?.ended.promise ?? Promise.resolve(),
    async close() {
      closed = true;
      const all = [...entries.values()];
      for (const { work } of all) end(work.id, 'kill');
      await Promise.all(all.map(({ ended }) => ended.promise));
    },
  };
}
