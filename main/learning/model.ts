// A model's values: the pretrained file, what a run changed of it, and how both are put together again.
import { StudioError } from '#contract/errors.ts';
import { readFile } from 'node:fs/promises';
import type { JobWeights } from '#contract/jobs.ts';
import type { Blobs } from '../blobs/index.ts';
import type { Network } from '../nets/graph.ts';
import { classifier, ENCODER, headParameters, initialValues, parameters, withHead } from '../nets/index.ts';
import { segmenter } from '../nets/segmenters.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { loadWeights, readSafetensors, readWeights, writeSafetensors } from '../weights/index.ts';

/**
 * The values before training: the file's, or random ones without a file. A file's classifier counts only when it has the network's classes.
 * Throws StudioError for a file that is missing, damaged, changed, or of another network.
 */
export async function baseValues({ base, baseSha256 }: JobWeights, network: Network): Promise<TensorMap> {
  if (base === null) return new Map();
  const bytes = baseSha256 === null ? await readFile(base).catch((cause: unknown) => {
    throw new StudioError('not-found', 'weights.no-file', { path: base }, `The weight file ${base} cannot be read. Put it back, or choose other weights.`, { cause });
  }) : await readWeights({ path: base, sha256: baseSha256 });
  // A pretrained file knows of no hidden layers.
  return loadWeights(bytes, withHead(network, { classes: classifier(network).units }), { head: 'optional' });
}

/**
 * The values that a run begins with: those of the base, and over them what a trained model changed of its backbone.
 * Throws `unreadable` for a model of another network.
 */
export async function parentValues(weights: JobWeights, base: TensorMap, network: Network, blobs: Blobs): Promise<TensorMap> {
  if (weights.delta === null) return base;
  const head = headParameters(network);
  const expected = new Map(parameters(network).flatMap(({ name, shape }) => (head.has(name) ? [] : [[name, String(shape)] as const])));
  const delta = [...readSafetensors(await blobs.get(weights.delta)).tensors], isUnet = delta.some(([name]) => name.startsWith(ENCODER));
  // A U-Net that was trained for masks has the backbone as its encoder, but for what comes behind the last map that its decoder joins.
  const own = delta.map(([name, tensor]) => [name.startsWith(ENCODER) ? name.slice(ENCODER.length) : name, tensor] as const).filter(([name]) => expected.has(name));
  for (const [name, { shape }] of own) if (String(shape) !== expected.get(name)) throw incomplete(network, name);
  const values = new Map([...base, ...own]), inEncoder = isUnet ? encoderNames(network.id) : null;
  for (const name of expected.keys()) if (!values.has(name) && (inEncoder?.has(name) ?? true)) throw incomplete(network, name);
  return values;
}

/** Names of the parameters that a U-Net on a backbone has of it. */
function encoderNames(backbone: string): ReadonlySet<string> {
  const smallest = segmenter(backbone).build({ classes: 1, inputSize: [64, 64] });
  return new Set(parameters(smallest).flatMap(({ name }) => (name.startsWith(ENCODER) ? [name.slice(ENCODER.length)] : [])));
}

/** All values at the start of a run: the base's, a new head, and what the base lacks drawn from the seed. */
export function startValues(base: TensorMap, network: Network, seed: number, head: 'zero' | 'uniform'): TensorMap {
  const drawn = initialValues(network, seed, { head });
  const own = headParameters(network);
  // A new head in any case: the old one's classes are not these, even when there are as many.
  return new Map([...drawn].map(([name, tensor]) => [name, own.has(name) ? tensor : base.get(name) ?? tensor]));
}

/** The values of a trained model. Those of a nearest-neighbour model have no classifier. Throws StudioError for files that do not fit. */
export async function modelValues(weights: JobWeights, network: Network, blobs: Blobs): Promise<TensorMap> {
  const base = await baseValues(weights, network);
  const delta = weights.delta === null ? new Map<string, Tensor>() : readSafetensors(await blobs.get(weights.delta)).tensors;
  const head = headParameters(network);
  return new Map(parameters(network).flatMap(({ name, shape }): [string, Tensor][] => {
    const tensor = delta.get(name) ?? (head.has(name) ? undefined : base.get(name));
    if (!tensor && head.has(name)) return [];
    if (!tensor || String(tensor.shape) !== String(shape)) throw incomplete(network, name);
    return [[name, tensor]];
  }));
}

function incomplete(network: Network, tensor: string): StudioError {
  return new StudioError('unreadable', 'model.incomplete', { network: network.id, tensor }, `The model lacks ${tensor} of ${network.id}, or has it in another shape. Its files are not complete: restore the project from a copy.`);
}

/** The tensors of `values` that are not bit for bit those of `base`. */
export function differing(base: TensorMap, values: TensorMap): TensorMap {
  return new Map([...values].filter(([name, tensor]) => {
    const before = base.get(name);
    return !before || !sameBits(before.data, tensor.data);
  }));
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  const bytes = (numbers: Float32Array) => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return a.length === b.length && bytes(a).equals(bytes(b));
}

/** The file of a trained model: its own tensors in float32. */
export function deltaFile(delta: TensorMap, backbone: string): Uint8Array {
  return writeSafetensors(delta, { dtype: 'float32', metadata: { architecture: backbone } });
}
