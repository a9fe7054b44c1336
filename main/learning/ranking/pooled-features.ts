// Pooled features of a list of pictures by one network, from the cache where they are there already.
import type { JobImage } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/runs.ts';
import type { OpenedEngine } from '../../engines/index.ts';
import type { Network } from '../../nets/graph.ts';
import type { TensorMap } from '../../tensor.ts';
import { openBatches } from '../batches/batches.ts';
import { cacheFolder, openFeatureCache } from '../features/feature-cache.ts';
import { frozenOutputs } from '../features/features.ts';
import type { Watcher } from '../features/features.ts';

export interface FeatureRequest {
  readonly network: Network;
  /** Of all parameters before the pooled features. */
  readonly values: TensorMap;
  readonly preprocessing: Preprocessing;
  readonly images: readonly Pick<JobImage, 'id' | 'source'>[];
  /** Folder of the project's blobs. */
  readonly blobs: string;
  readonly threads: number;
}

export interface PooledFeatures {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns], in the order of the pictures. */
  readonly data: Float32Array;
}

/** Throws the error of the first picture that cannot be read, and `cancelled` when asked to stop. */
export async function pooledFeatures({ engine, record }: Pick<OpenedEngine, 'engine' | 'record'>, { network, values, preprocessing, images, blobs, threads }: FeatureRequest, watcher: Watcher): Promise<PooledFeatures> {
  const pictures = images.map(({ source, id }) => ({ source, key: 'blob' in source ? source.blob : id }));
  const plain = { pictures, preprocessing, augmentation: {}, seed: 0 };
  const reader = openBatches({ ...plain, blobs, keep: false, workers: Math.max(1, Math.min(threads, 4)) });
  try {
    const frozen = frozenOutputs({ ...plain, network, engine, record, reader, cache: openFeatureCache(cacheFolder(blobs)) });
    const members = pictures.map((_, i) => i), node = network.features;
    const { errors } = await frozen.gather([{ node, members, turn: null }], values, watcher);
    for (const error of errors.values()) throw error;
    const data = frozen.rows(node, members, null);
    return { rows: members.length, columns: data.length / Math.max(1, members.length), data };
  } finally {
    await reader.close();
  }
}
