// What every way of adapting a model works with: the network with the model's values, an engine, and its pictures.
import type { AdaptDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import type { Network } from '../../nets/graph.ts';
import type { TensorMap } from '../../tensor.ts';
import { openEngine } from '../../engines/index.ts';
import type { OpenedEngine } from '../../engines/index.ts';
import { openBatches } from '../batches/batches.ts';
import type { BatchReader } from '../batches/batches.ts';
import type { Watcher } from '../features/features.ts';
import { baseValues, modelValues } from '../model.ts';
import { networkOf } from '../plan.ts';
import { pooledFeatures } from '../ranking/index.ts';
import type { PooledFeatures } from '../ranking/index.ts';

export interface AdaptationTask {
  readonly document: AdaptDocument;
  readonly network: Network;
  /** Of the pretrained weight file: what a model differs from. */
  readonly base: TensorMap;
  /** Of the model; a nearest-neighbour model has no classifier. */
  readonly values: TensorMap;
  readonly engine: OpenedEngine;
  /** The target's pictures, kept in memory: they are read in every pass. */
  readonly target: BatchReader;
  /** The pictures that the model was trained on. */
  readonly source: BatchReader;
  features(images: AdaptDocument['source'] | AdaptDocument['target'], values: TensorMap, what: string): Promise<PooledFeatures>;
  watch(what: string): Watcher;
  close(): Promise<void>;
}

export async function openTask(document: AdaptDocument, io: JobIo): Promise<AdaptationTask> {
  const { weights, home, threads, precision, preprocessing, blobs, seed, target } = document;
  const network = networkOf(document);
  const base = await baseValues(weights, network), values = await modelValues(weights, network, io.blobs);
  const engine = await openEngine({ engine: document.engine, purpose: document.method === 'coral' ? 'infer' : 'train', home, threads, precision });
  const readerOf = (images: AdaptDocument['source'] | AdaptDocument['target'], keep: boolean) => openBatches({
    pictures: images.map(({ source, id }) => ({ source, key: 'blob' in source ? source.blob : id })), blobs, preprocessing, augmentation: {}, seed, keep, workers: Math.max(1, Math.min(threads, 4)),
  });
  const readers = { target: readerOf(target, true), source: readerOf(document.source, false) };
  const watch = (what: string): Watcher => ({
    tell: (done, total) => io.send({ type: 'progress', done, total, what, secondsLeft: null }),
    stopRequested: () => io.stopRequested(),
  });
  return {
    document, network, base, values, engine, ...readers, watch,
    features: (images, own, what) => pooledFeatures(engine, { network, values: own, preprocessing, images, blobs, threads }, watch(what)),
    async close() {
      await readers.target.close();
      await readers.source.close();
      await engine.engine.close();
    },
  };
}
