// Batches of tiles with their label maps, made ahead of time by worker threads: what a U-Net is fed with.
import type { Mask } from '#contract/geometry.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/runs.ts';
import { entries } from '../../entries.ts';
import type { Augmentation } from '../augment/index.ts';
import { openBatchWorkers, placedErrors } from '../batches/batch-workers.ts';
import type { PlacedError } from '../batches/batch-workers.ts';
import type { BatchReader, PictureBatch } from '../batches/batches.ts';
import type { BoundaryOptions } from './boundary-weights.ts';

export interface TilePicture {
  readonly source: JobImage['source'];
  /** Packed label map; none where nobody has drawn one. */
  readonly labels: string | null;
  /** Its objects, where they are told apart and the weight map is wanted. */
  readonly objects: readonly Mask[] | null;
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
  readonly errors: readonly PlacedError[];
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

/** Starts the workers. Close it, or the process does not end. */
export function openTiles(setup: TileSetup, count: number): TileReader {
  const { preprocessing: { size: [height, width], channels } } = setup;
  const workers = openBatchWorkers<Omit<TileRequest, 'id'>, TileReply>(entries.tileWorker, setup, count);
  const asked = (batches: readonly Pick<TileRequest, 'members' | 'turn'>[], pixels: boolean) => batches.map((batch) => ({ ...batch, pixels }));
  return {
    async *read(batches) {
      let done = 0;
      for await (const { data, labels, weights, errors } of workers.replies(asked(batches, true))) {
        const { members } = batches[done++]!;
        yield { members, labels, weights, input: { shape: [members.length, height, width, channels], data }, errors: placedErrors(errors) };
      }
    },
    async *labels(batches) {
      let done = 0;
      for await (const { labels, weights } of workers.replies(asked(batches, false))) yield { members: batches[done++]!.members, labels, weights };
    },
    close: workers.close,
  };
}
