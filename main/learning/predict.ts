// Probabilities for pictures with a trained model: for evaluation, for new pictures, and for checking exports.
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { PredictDocument } from '#contract/jobs.ts';
import { openEngine } from '../engines/index.ts';
import type { Blobs } from '../blobs/index.ts';
import type { JobIo } from '../jobs/io.ts';
import type { Network } from '../nets/graph.ts';
import type { TensorMap } from '../tensor.ts';
import { readSafetensors } from '../weights/index.ts';
import { openBatches, pictureOf } from './batches/batches.ts';
import { chunks } from './batches/batching.ts';
import { cacheFolder, openFeatureCache } from './features/feature-cache.ts';
import { frozenOutputs } from './features/features.ts';
import type { Watcher } from './features/features.ts';
import { probabilitiesOf } from './losses.ts';
import type { LossKind } from './losses.ts';
import { applyLayers, headLayers } from './heads/head-layers.ts';
import { modelValues } from './model.ts';
import { nearestRows, neighbourhood, vote } from './heads/nearest.ts';
import { networkOf } from './plan.ts';

export interface Prediction {
  readonly id: string;
  /** One per class; null when the picture could not be read. */
  readonly probabilities: number[] | null;
  readonly error: ErrorRecord | null;
}

/** Predictions in one message. */
const perMessage = 256;

/** Tells predictions of all pictures of a document; of those that are done, when it is asked to stop. */
export async function predict(document: PredictDocument, io: JobIo): Promise<void> {
  const began = performance.now();
  const predictions = await predictPictures(document, io.blobs, {
    tell: (done, total) => io.send({ type: 'progress', done, total, what: 'Predicting', secondsLeft: ((performance.now() - began) / 1000 / done) * (total - done) }),
    stopRequested: () => io.stopRequested(),
  });
  for (const part of chunks(predictions, perMessage)) io.send({ type: 'predictions', predictions: part });
}

/** In the order of the pictures; those not reached before a stop are left out. Features of pictures in the project are kept for the next time. */
export async function predictPictures(document: PredictDocument, blobs: Blobs, watcher: Watcher): Promise<Prediction[]> {
  const { images, preprocessing, threads, precision, home, seed } = document;
  const network = networkOf(document);
  const values = await modelValues(document.weights, network, blobs);
  const classify = await classifierOf(document, network, values, blobs);
  const { engine, record } = await openEngine({ engine: document.engine, purpose: 'infer', home, threads, precision });
  const pictures = images.map(pictureOf);
  const reader = openBatches({ pictures, blobs: document.blobs, preprocessing, augmentation: {}, seed, keep: false, workers: Math.max(1, Math.min(threads, 4)) });
  try {
    const cache = images.every(({ source }) => 'blob' in source) ? openFeatureCache(cacheFolder(document.blobs)) : null;
    const frozen = frozenOutputs({ network, engine, record, reader, pictures, preprocessing, augmentation: {}, seed, cache });
    const node = network.features;
    const errors = await frozen.gather([{ node, members: pictures.map((_, i) => i), turn: null }], values, watcher).then((gathered) => gathered.errors, (error: unknown) => {
      if (error instanceof StudioError && error.code === 'cancelled') return new Map<number, Error>();
      throw error;
    });
    return images.flatMap(({ id }, i): Prediction[] => {
      const error = errors.get(i);
      if (error) return [{ id, probabilities: null, error: errorRecord(error) }];
      return frozen.has(node, i, null) ? [{ id, probabilities: classify(frozen.rows(node, [i], null)), error: null }] : [];
    });
  } finally {
    await reader.close();
    await engine.close();
  }
}

/** From the features of one picture to its probabilities. */
async function classifierOf({ head, task, classes }: PredictDocument, network: Network, values: TensorMap, blobs: Blobs): Promise<(features: Float32Array) => number[]> {
  const kind: LossKind = task === 'multilabel' ? 'binary-cross-entropy' : 'cross-entropy';
  if (head.kind !== 'knn') {
    const layers = headLayers(network, values);
    return (features) => probabilitiesOf(kind, applyLayers(layers, features).data);
  }
  const { tensors } = readSafetensors(await blobs.get(head.blob));
  const features = tensors.get('features'), marks = tensors.get('classes');
  if (!features || !marks) throw new StudioError('unreadable', 'model.neighbours', {}, 'The training features of this model are not complete: restore the project from a copy.');
  const labels = Array.from({ length: marks.shape[0]! }, (_, i) => classes.flatMap((_name, c) => (marks.data[i * classes.length + c] === 1 ? [c] : [])));
  const space = neighbourhood(features.data, features.shape[1]!, labels, classes.length);
  return (row) => vote(space, nearestRows(space, row, head.neighbours)[0]!, head.neighbours, kind === 'cross-entropy');
}
