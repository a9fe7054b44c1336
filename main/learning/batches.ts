// Batches of pictures, made ahead of time by worker threads while the network computes.
import { Worker } from 'node:worker_threads';
import { partId } from '#contract/crop.ts';
import type { Crop } from '#contract/crop.ts';
import { studioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/records.ts';
import { entries } from '../entries.ts';
import type { Tensor } from '../tensor.ts';
import type { Framing } from '../images/index.ts';
import type { Augmentation } from './augment/index.ts';
import { pictureStore } from './picture-store.ts';
import type { PictureStore } from './picture-store.ts';

export interface Picture {
  readonly source: JobImage['source'];
  readonly crop?: Crop | undefined;
  /** Names the picture for good: its random changes follow from it. */
  readonly key: string;
}

/** A picture of a job. Those with the same bytes share what is known of them, wherever they came from. */
export function pictureOf({ id, source, crop }: JobImage): Picture {
  return { source, crop, key: 'blob' in source ? partId(source.blob, crop ?? null) : id };
}

export interface BatchOptions {
  readonly pictures: readonly Picture[];
  /** Folder of blobs. */
  readonly blobs: string;
  readonly preprocessing: Preprocessing;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Whether decoded pictures are kept in memory because they will be asked for again. */
  readonly keep: boolean;
  readonly workers: number;
}

/** What a worker is given once. */
export interface BatchSetup extends Omit<BatchOptions, 'workers' | 'keep'> {
  /** Pictures as the network gets them. */
  readonly plain: FramedStore;
  /** Pictures as random changes start from: as far as the centre crop's source reaches. */
  readonly wide: FramedStore;
}

/** Pictures in one framing, and those of them that are kept. */
export interface FramedStore extends PictureStore {
  readonly framing: Framing;
}

export interface BatchRequest {
  readonly id: number;
  /** Indices of pictures. */
  readonly members: readonly number[];
  /** Number of the epoch or view whose random change is wanted; null = the picture as it is. */
  readonly turn: number | null;
}

export interface BatchReply {
  readonly id: number;
  /** [members, height, width, channels]; zeros where a picture could not be read. */
  readonly data: Float32Array;
  readonly errors: readonly { readonly place: number; readonly error: ErrorRecord; readonly stack: string | null }[];
}

export interface PictureBatch {
  readonly members: readonly number[];
  readonly input: Tensor;
  /** By place in the batch. */
  readonly errors: ReadonlyMap<number, Error>;
}

export interface BatchReader {
  /** The batches asked for, in order; the next ones are made while one is used. */
  read(batches: readonly Omit<BatchRequest, 'id'>[]): AsyncGenerator<PictureBatch>;
  close(): Promise<void>;
}

/** Bytes of decoded pictures that may be kept in memory, plain and wide each. Pages that are never written cost nothing. */
const storeBudget = 384 * 2 ** 20;

/** Batches in the making, per worker: one at work and one behind it. */
const aheadPerWorker = 2;

/** Starts the workers. Close it, or the process does not end. */
export function openBatches({ workers: count, keep, ...options }: BatchOptions): BatchReader {
  const { pictures, preprocessing } = options;
  const { size: [height, width], cropShare, channels } = preprocessing;
  const framed = (framing: Framing): FramedStore => ({ ...pictureStore(pictures.length, framing.size[0] * framing.size[1] * channels, keep ? storeBudget : 0), framing });
  const setup: BatchSetup = {
    ...options,
    plain: framed(preprocessing),
    wide: framed({ ...preprocessing, size: [Math.floor(height / cropShare), Math.floor(width / cropShare)], cropShare: 1 }),
  };
  const waiting = new Map<number, { readonly resolve: (reply: BatchReply) => void; readonly reject: (error: unknown) => void }>();
  const workers = Array.from({ length: count }, () => new Worker(entries.batchWorker, { workerData: setup }));
  let lastId = 0;
  let broken: { readonly error: unknown } | undefined;

  for (const worker of workers) {
    worker.on('message', (reply: BatchReply) => {
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    worker.on('error', (error) => {
      broken = { error };
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
  }

  function request(batch: Omit<BatchRequest, 'id'>): Promise<BatchReply> {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<BatchReply>();
    // Whoever asked may have left before it fails; the failure is then told by `broken` at the next request.
    promise.catch(() => undefined);
    if (broken) reject(broken.error);
    else {
      waiting.set(id, { resolve, reject });
      workers[id % workers.length]!.postMessage({ id, ...batch } satisfies BatchRequest);
    }
    return promise;
  }

  return {
    async *read(batches) {
      const ahead: Promise<BatchReply>[] = [];
      let next = 0;
      for (const { members } of batches) {
        while (next < batches.length && ahead.length < count * aheadPerWorker) ahead.push(request(batches[next++]!));
        const { data, errors } = await ahead.shift()!;
        yield {
          members,
          input: { shape: [members.length, height, width, channels], data },
          errors: new Map(errors.map(({ place, error, stack }) => [place, asError(error, stack)])),
        };
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** A typed refusal stays one; a fault keeps the stack that it had in the worker. */
function asError(record: ErrorRecord, stack: string | null): Error {
  if (record.code !== 'internal') return studioError(record);
  return new Error(stack ?? record.message);
}
