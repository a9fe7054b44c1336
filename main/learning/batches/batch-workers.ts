// Worker threads that make batches: asked ahead of time, answered in order.
import { Worker } from 'node:worker_threads';
import { studioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';

/** What went wrong with one picture of a batch. The stack is that of the worker; null for what a person can mend. */
export interface PlacedError { readonly place: number; readonly error: ErrorRecord; readonly stack: string | null }

export interface BatchWorkers<Asked, Reply> {
  /** Replies to all that is asked, in order; the next ones are made while one is used. @throws Error when a worker has ended */
  replies(asked: readonly Asked[]): AsyncGenerator<Reply>;
  close(): Promise<void>;
}

/** Batches in the making, per worker: one at work and one behind it. */
const aheadPerWorker = 2;

/**
 * Starts the workers. Close them, or the process does not end.
 * @param entry file of the worker, which gets `setup` as its data and answers each message by its `id`
 */
export function openBatchWorkers<Asked extends object, Reply extends { readonly id: number }>(entry: URL, setup: object, count: number): BatchWorkers<Asked, Reply> {
  const waiting = new Map<number, { readonly resolve: (reply: Reply) => void; readonly reject: (error: unknown) => void }>();
  const workers = Array.from({ length: count }, () => new Worker(entry, { workerData: setup }));
  let lastId = 0;
  let broken: { readonly error: unknown } | undefined;
  for (const worker of workers) {
    worker.on('message', (reply: Reply) => {
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    worker.on('error', (error) => {
      broken = { error };
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
  }

  function request(asked: Asked): Promise<Reply> {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    // Whoever asked may have left before it fails; the failure is then told by `broken` at the next request.
    promise.catch(() => undefined);
    if (broken) reject(broken.error);
    else {
      waiting.set(id, { resolve, reject });
      workers[id % workers.length]!.postMessage({ id, ...asked });
    }
    return promise;
  }

  return {
    async *replies(asked) {
      const ahead: Promise<Reply>[] = [];
      let next = 0;
      for (let done = 0; done < asked.length; done++) {
        while (next < asked.length && ahead.length < count * aheadPerWorker) ahead.push(request(asked[next++]!));
        yield await ahead.shift()!;
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** By place in the batch. A typed refusal stays one; a fault keeps the stack that it had in the worker. */
export function placedErrors(errors: readonly PlacedError[]): ReadonlyMap<number, Error> {
  return new Map(errors.map(({ place, error, stack }) => [place, error.code === 'internal' ? new Error(stack ?? error.message) : studioError(error)]));
}
