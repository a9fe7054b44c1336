// Batches of tiles with their label maps, made ahead of time by worker threads: what a U-Net is fed with.
import { Worker } from 'node:worker_threads';
import { studioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/records.ts';
import { entries } from '../../entries.ts';
import type { Augmentation } from '../augment/index.ts';
import type { BatchReader, PictureBatch } from '../batches.ts';
import type { BoundaryOptions } from './boundary-weights.ts';

export interface TilePicture {
  readonly source: JobImage['source'];
  /** Packed label map; none where nobody has drawn one. */
  readonly labels: string | null;
}

/** One tile of an epoch or of a grid. */
export interface TileExample {
  /** Index of a picture. */
  readonly picture: number;
  /** Names the example for good: its random place and changes follow from it. */
  readonly key: string;
  /** Origin on the scaled picture; null = a place drawn at random. */
  readonly place: readonly [top: number, left: number] | null;
}

/** What a worker is given once. */
export interface TileSetup {
  readonly pictures: readonly TilePicture[];
  readonly examples: readonly TileExample[];
  /** Folder of blobs. */
  readonly blobs: string;
  readonly preprocessing: Preprocessing;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Share of the random places that lie on an object. */
  readonly foreground: number;
  /** Of the weight map; null = every pixel counts 1. */
  readonly boundary: BoundaryOptions | null;
}

export interface TileRequest {
  readonly id: number;
  /** Indices of examples. */
  readonly members: readonly number[];
  /** Number of the epoch or view; null = without a change, at the place of view 0. */
  readonly turn: number | null;
  /** Whether the pixels themselves are wanted. */
  readonly pixels: boolean;
}

export interface TileReply {
  readonly id: number;
  /** [members, height, width, channels]; empty where no pixels were wanted. */
  readonly data: Float32Array;
  /** [members, height, width] */
  readonly labels: Uint8Array;
  readonly weights: Float32Array | null;
  readonly errors: readonly { readonly place: number; readonly error: ErrorRecord; readonly stack: string | null }[];
}

/** Labels of a batch, and how much each pixel counts. */
export interface TileLabels {
  readonly labels: Uint8Array;
  readonly weights: Float32Array | null;
}

export interface TileReader extends BatchReader {
  read(batches: readonly Pick<TileRequest, 'members' | 'turn'>[]): AsyncGenerator<PictureBatch & TileLabels>;
  /** Label maps alone, for batches whose pixels are not looked at again. */
  labels(batches: readonly Pick<TileRequest, 'members' | 'turn'>[]): AsyncGenerator<{ readonly members: readonly number[] } & TileLabels>;
}

/** Batches in the making, per worker: one at work and one behind it. */
const aheadPerWorker = 2;

/** Starts the workers. Close it, or the process does not end. */
export function openTiles(setup: TileSetup, count: number): TileReader {
  const { preprocessing: { size: [height, width], channels } } = setup;
  const waiting = new Map<number, { readonly resolve: (reply: TileReply) => void; readonly reject: (error: unknown) => void }>();
  const workers = Array.from({ length: count }, () => new Worker(entries.tileWorker, { workerData: setup }));
  let lastId = 0;
  let broken: { readonly error: unknown } | undefined;
  for (const worker of workers) {
    worker.on('message', (reply: TileReply) => {
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    worker.on('error', (error) => {
      broken = { error };
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
  }

  function request(batch: Omit<TileRequest, 'id'>): Promise<TileReply> {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<TileReply>();
    // Whoever asked may have left before it fails; the failure is then told by `broken` at the next request.
    promise.catch(() => undefined);
    if (broken) reject(broken.error);
    else {
      waiting.set(id, { resolve, reject });
      workers[id % workers.length]!.postMessage({ id, ...batch } satisfies TileRequest);
    }
    return promise;
  }

  async function* replies(batches: readonly Pick<TileRequest, 'members' | 'turn'>[], pixels: boolean): AsyncGenerator<TileReply & { readonly members: readonly number[] }> {
    const ahead: Promise<TileReply>[] = [];
    let next = 0;
    for (const { members } of batches) {
      while (next < batches.length && ahead.length < count * aheadPerWorker) ahead.push(request({ ...batches[next++]!, pixels }));
      yield { ...await ahead.shift()!, members };
    }
  }

  return {
    async *read(batches) {
      for await (const { members, data, labels, weights, errors } of replies(batches, true)) {
        yield {
          members, labels, weights, input: { shape: [members.length, height, width, channels], data },
          errors: new Map(errors.map(({ place, error, stack }) => [place, error.code === 'internal' ? new Error(stack ?? error.message) : studioError(error)])),
        };
      }
    },
    async *labels(batches) {
      for await (const { members, labels, weights } of replies(batches, false)) yield { members, labels, weights };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
