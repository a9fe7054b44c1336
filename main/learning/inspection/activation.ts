// Where the evidence lies: class activation maps in closed form, for heads on the mean of a map (linear ones, Zhou et al. 2016, and hidden layers by their gradient at the picture), and Grad-CAM for all others.
import { StudioError } from '#contract/errors.ts';
import type { ActivationDocument } from '#contract/jobs.ts';
import type { Blobs } from '../../blobs/index.ts';
import { openEngine } from '../../engines/index.ts';
import type { JobIo } from '../../jobs/io.ts';
import type { Network } from '../../nets/graph.ts';
import { shapes } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { openBatches, pictureOf } from '../batches/batches.ts';
import { chunks } from '../batches/batching.ts';
import { frozenOutputs } from '../features/features.ts';
import type { Watcher } from '../features/features.ts';
import type { LinearHead } from '../heads/linear.ts';
import { headAt, headLayers } from '../heads/head-layers.ts';
import type { LossKind } from '../losses.ts';
import { modelValues } from '../model.ts';
import { networkOf } from '../plan.ts';
import { openMapGradients, weightedMap } from './grad-cam.ts';

export interface Activations {
  readonly rows: number;
  readonly columns: number;
  /** By picture, one map for each class, row by row; a picture that cannot be read is missing. */
  readonly activations: readonly { readonly id: string; readonly maps: readonly number[][] }[];
}

/** Pictures in one message. */
const perMessage = 16;

export async function activate(document: ActivationDocument, io: JobIo): Promise<void> {
  const { rows, columns, activations } = await activationsOf(document, io.blobs, {
    tell: (done, total) => io.send({ type: 'progress', done, total, what: 'Looking for evidence', secondsLeft: null }),
    stopRequested: () => io.stopRequested(),
  });
  for (const part of chunks(activations, perMessage)) io.send({ type: 'activations', rows, columns, activations: part.map(({ id, maps }) => ({ id, maps: [...maps] })) });
}

/** Throws `refused` for a model without a trained head. */
export async function activationsOf(document: ActivationDocument, blobs: Blobs, watcher: Watcher): Promise<Activations> {
  const { images, preprocessing, threads, precision, home, seed, task, head } = document;
  const network = networkOf(document);
  if (head.kind === 'knn') throw new StudioError('refused', 'activation.neighbours', {}, 'A model of nearest neighbours compares whole pictures, so there is no place in a picture that its answer comes from. Choose a model with a trained head.');
  const values = await modelValues(document.weights, network, blobs);
  const [rows = 0, columns = 0, channels = 0] = shapes(network).get(network.gradCam) ?? [];
  const { engine, record } = await openEngine({ engine: document.engine, purpose: 'infer', home, threads, precision });
  const pictures = images.map(pictureOf);
  const reader = openBatches({ pictures, blobs: document.blobs, preprocessing, augmentation: {}, seed, keep: false, workers: Math.max(1, Math.min(threads, 4)) });
  try {
    const frozen = frozenOutputs({ network, engine, record, reader, pictures, preprocessing, augmentation: {}, seed, cache: null });
    const node = network.gradCam, centred = task !== 'multilabel';
    await frozen.gather([{ node, members: pictures.map((_, i) => i), turn: null }], values, watcher);
    const seen = images.flatMap(({ id }, i) => (frozen.has(node, i, null) ? [{ id, map: frozen.rows(node, [i], null) }] : []));
    if (poolsItsMap(network)) {
      const layers = headLayers(network, values);
      return { rows, columns, activations: seen.map(({ id, map }) => ({ id, maps: classMaps(map, channels, headAt(layers, meanOf(map, channels)), centred) })) };
    }
    return { rows, columns, activations: await byGradients(document, network, values, seen, centred) };
  } finally {
    await reader.close();
    await engine.close();
  }
}

async function byGradients({ home, threads, task, engine: wanted }: ActivationDocument, network: Network, values: TensorMap, seen: readonly { readonly id: string; readonly map: Float32Array }[], centred: boolean): Promise<Activations['activations']> {
  const kind: LossKind = task === 'multilabel' ? 'binary-cross-entropy' : 'cross-entropy';
  const { engine } = await openEngine({ engine: wanted, purpose: 'train', home, threads, precision: 'float32' });
  try {
    const gradients = await openMapGradients(engine, network, values, kind);
    try {
      const found: Activations['activations'][number][] = [];
      for (const { id, map } of seen) found.push({ id, maps: (await gradients.of(map, centred)).map((one) => weightedMap(map, one)) });
      return found;
    } finally {
      await gradients.close();
    }
  } finally {
    await engine.close();
  }
}

/** True where the features are the mean of the map that Grad-CAM looks at, and nothing else. */
export function poolsItsMap(network: Network): boolean {
  const after = network.nodes.slice(network.nodes.findIndex(({ id }) => id === network.gradCam) + 1, network.nodes.findIndex(({ id }) => id === network.features) + 1);
  return after.filter(({ op }) => op === 'globalPool').length === 1 && after.every(({ op }) => op === 'globalPool' || op === 'flatten' || op === 'dropout');
}

/** The pooled features: the mean over places. @param map [places, channels] */
function meanOf(map: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  map.forEach((value, i) => { sums[i % channels]! += value; });
  return Float32Array.from(sums, (sum) => (sum * channels) / map.length);
}

/**
 * Each place's share in each class's logit: the weights of the class times the activations there, and the bias.
 * @param map [rows, columns, channels]
 * @param centred less the mean over classes, to which a softmax is blind
 */
export function classMaps(map: Float32Array, channels: number, { classes, weight, bias }: LinearHead, centred: boolean): number[][] {
  const places = map.length / channels;
  const maps = Array.from({ length: classes }, (_, c) => Array.from({ length: places }, (_place, at) => {
    let sum = bias[c]!;
    for (let k = 0; k < channels; k++) sum += weight[c * channels + k]! * map[at * channels + k]!;
    return sum;
  }));
  if (!centred) return maps;
  const mean = Array.from({ length: places }, (_, at) => maps.reduce((sum, one) => sum + one[at]!, 0) / classes);
  return maps.map((one) => one.map((value, at) => value - mean[at]!));
}
