// Batches of pictures, made ahead of time by worker threads while the network computes.
import { partId } from '#contract/crop.ts';
import type { Crop } from '#contract/crop.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/runs.ts';
import { entries } from '../../entries.ts';
import type { Tensor } from '../../tensor.ts';
import type { Framing } from '../../images/index.ts';
import type { Augmentation } from '../augment/index.ts';
import { openBatchWorkers, placedErrors } from './batch-workers.ts';
import type { PlacedError } from './batch-workers.ts';
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
  readonly errors: readonly PlacedError[];
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
  const workers = openBatchWorkers<Omit<BatchRequest, 'id'>, BatchReply>(entries.batchWorker, setup, count);
  return {
    async *read(batches) {
      let done = 0;
      for await (const { data, errors } of workers.replies(batches)) {
        const { members } = batches[done++]!;
        yield { members, input: { shape: [members.length, height, width, channels], data }, errors: placedErrors(errors) };
      }
    },
    close: workers.close,
  };
}
