// Worker threads that read pictures: a few at a time, a bounded queue, and one picture lost at most when a worker dies.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { StudioError, studioError } from '#contract/errors.ts';
import type { ValueWindow } from '#contract/picture-window.ts';
import { entries } from '../entries.ts';
import { owned, type FileContent, type Inspection, type Output, type Reply, type Task, type Tasks } from './tasks.ts';
import type { Rendering } from './render.ts';

export interface PicturePool {
  /** How many pictures are worked on at once. */
  readonly workers: number;
  /** Bytes, hash and header of a picture file; refuses what cannot be one. */
  read(path: string): Promise<FileContent>;
  /** Decodes and fingerprints. The bytes change hands without a copy: use those of the answer afterwards. */
  inspect(bytes: Uint8Array): Promise<Inspection>;
  thumbnail(bytes: Uint8Array, side: number): Promise<Rendering>;
  /** @param window default: all values, those of 16 bits stretched to their own range */
  render(bytes: Uint8Array, side: number | null, window?: ValueWindow | null): Promise<Rendering>;
  /** Lets running tasks end, refuses waiting ones as cancelled. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Worker threads; default: one per processor, at most 8. */
  readonly workers?: number;
  /** Most tasks that may wait; one more is refused. */
  readonly queue?: number;
  /** Milliseconds after which a task counts as failed and its worker is given up. */
  readonly patience?: number;
  /** Another entry than the picture worker's, for tests. */
  readonly entry?: URL;
}

interface Waiting {
  readonly task: Task;
  /** Memory that goes to the worker without a copy. */
  readonly transfer: readonly ArrayBuffer[];
  resolve(output: Output): void;
  reject(error: unknown): void;
}

/** Megabytes. Pixels lie outside the heap; without limits a worker lets its heap grow to some 150 MB of garbage before it cleans up. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 };

/** Workers are started when first needed, and keep the process alive only while they work. */
export function openPicturePool({ workers = Math.min(8, availableParallelism()), queue = 1000, patience = 120_000, entry = entries.imageWorker }: PoolOptions = {}): PicturePool {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Promise<void>>();
  const waiting: Waiting[] = [];
  let closed = false;

  function submit<Name extends keyof Tasks>(name: Name, input: Tasks[Name]['input'], transfer: readonly ArrayBuffer[] = []): Promise<Tasks[Name]['output']> {
    if (closed) return Promise.reject(cancelled());
    if (waiting.length >= queue) return Promise.reject(new StudioError('refused', 'image.queue-full', { waiting: queue }, 'Too many pictures were asked for at once. Wait a moment and ask again.'));
    return new Promise((resolve, reject) => {
      // The name decides both shapes; TypeScript cannot follow it through the union.
      waiting.push({ task: { name, input } as Task, transfer, resolve: resolve as (output: Output) => void, reject });
      advance();
    });
  }

  function advance(): void {
    while (waiting.length > 0 && busy.size < workers) {
      const worker = idle.pop() ?? new Worker(entry, { resourceLimits });
      const next = waiting.shift()!;
      busy.set(worker, run(worker, next).then((alive) => {
        busy.delete(worker);
        if (alive) idle.push(worker);
        if (!closed) advance();
      }));
    }
  }

  /** @returns whether the worker can be used again */
  function run(worker: Worker, { task, transfer, resolve, reject }: Waiting): Promise<boolean> {
    return new Promise((done) => {
      const end = (alive: boolean) => {
        clearTimeout(timer);
        worker.off('error', crash).off('exit', leave).off('message', answer);
        worker.unref();
        // What it still throws on its way out belongs to the task that failed already.
        if (!alive) void worker.on('error', () => {}).terminate();
        done(alive);
      };
      const crash = (cause: unknown) => {
        reject(new StudioError('unreadable', 'image.crashed', {}, 'Reading this picture made the decoder fail. Save it again with another program and import that.', { cause }));
        end(false);
      };
      const leave = (code: number) => crash(new Error(`the worker ended with code ${code}`));
      const answer = (reply: Reply) => {
        if ('result' in reply) resolve(reply.result);
        else reject('error' in reply ? studioError(reply.error) : new Error(`in a picture worker: ${reply.fault}`));
        end(true);
      };
      const timer = setTimeout(() => {
        reject(new StudioError('unreadable', 'image.too-slow', { seconds: patience / 1000 }, `Reading this picture took longer than ${patience / 1000} seconds and was given up. Save it again with another program, or smaller.`));
        end(false);
      }, patience);
      worker.on('error', crash).on('exit', leave).on('message', answer);
      worker.ref();
      worker.postMessage(task, transfer);
    });
  }

  return {
    workers,
    read: (path) => submit('read', { path }),
    inspect: (bytes) => submit('inspect', { bytes }, owned(bytes)),
    thumbnail: (bytes, side) => submit('thumbnail', { bytes, side }),
    render: (bytes, side, window = null) => submit('render', { bytes, side, window }),
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(cancelled());
      await Promise.all(busy.values());
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
    },
  };
}

function cancelled(): StudioError {
  return new StudioError('cancelled', 'image.pool-closed', {}, 'Reading pictures was stopped.');
}
