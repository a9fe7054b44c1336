// What PyTorch computed for generated weights and pictures (see README.md), in the shapes that our tests use.
import { readFileSync } from 'node:fs';
import { cut } from '../../main/nets/cut.ts';
import type { Network, Node } from '../../main/nets/graph.ts';
import { parameters } from '../../main/nets/parameters.ts';
import type { Tensor, TensorMap } from '../../main/tensor.ts';
import { generatedInput, generatedTensor } from './generator.ts';

export { generatedInput, generatedPicture, generatedTensor, unit } from './generator.ts';

/** [module name, [channels, height, width], mean, standard deviation, first 4 values of channel 0, row 0], of picture 0. */
export type StageStatistics = readonly [module: string, shape: readonly [number, number, number], mean: number, deviation: number, first: readonly number[]];

/** Inference of a network with 10 classes on pictures 0 and 1. */
export interface ForwardCase {
  /** Height = width. */
  readonly input: number;
  /** Trainable parameters. */
  readonly params: number;
  readonly logits: readonly number[];
  /** First four of picture 1. */
  readonly logits_image1: readonly number[];
  readonly pooled: { readonly n: number; readonly first16: readonly number[]; readonly mean: number; readonly std: number };
  readonly stages: readonly StageStatistics[];
  readonly bn_s?: readonly number[];
}

/** One step of plain SGD on pictures 0 and 1 with mean cross-entropy. */
export interface StepCase {
  readonly lr: number;
  readonly loss: number;
  readonly loss_after_step: number;
  /** Over all parameters. */
  readonly grad_norm: number;
  /** Parameter -> [L2 norm, first 4 values in PyTorch's layout]. */
  readonly grads: Readonly<Record<string, readonly [norm: number, first: readonly number[]]>>;
  /** Running statistics after the first forward pass, first 4 channels, by batch norm. */
  readonly bn_after_first_forward?: Readonly<Record<string, { readonly running_mean: readonly number[]; readonly running_var: readonly number[] }>>;
  /** What float32 PyTorch itself loses against float64. */
  readonly f32_rel_err: { readonly loss: number; readonly loss_after_step: number; readonly norms: number };
}

/** `bn_eval`: stored statistics, kept. `bn_train`: batch statistics, moved. `no_bn`: the network has no batch norm. */
export interface GradientCase {
  readonly input: number;
  readonly bn_eval?: StepCase;
  readonly bn_train?: StepCase;
  readonly no_bn?: StepCase;
  readonly bn_s?: readonly number[];
}

/** A file of this folder, as it was written by its make_*.py. */
export function oracleFile(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}

// The files are our own and fixed; their shapes are the interfaces above.
const models = <Case>(name: string) => (oracleFile(name) as { models: Readonly<Record<string, Case>> }).models;

/** Inference, by timm's name. */
export const forward = models<ForwardCase>('forward.json');
/** Gradients of the networks as they are: values may fall on the other side of a kink. */
export const gradients = models<GradientCase>('grad.json');
/** Gradients of their smooth twins: strict. */
export const smoothGradients = models<GradientCase>('grad-smooth.json');

/** Classes that pictures 0 and 1 have in the gradient files, of 10. */
export const labels: readonly number[] = [3, 7];

/** The labels as rows of a target, [2, 10]. */
export function labelRows(): Tensor {
  const data = new Float32Array(labels.length * 10);
  labels.forEach((label, row) => { data[row * 10 + label] = 1; });
  return { shape: [labels.length, 10], data };
}

/**
 * Generated values for every parameter and statistic of a network.
 * @param scales `bn_s` of the case, one per batch norm in the order of their names
 */
export function oracleValues(network: Network, scales: readonly number[] = []): TensorMap {
  const norms = network.nodes.filter((node) => node.op === 'norm').map((node) => node.id).sort();
  if (norms.length !== scales.length) throw new Error(`${network.id} has ${norms.length} batch norms, the case ${scales.length} scales`);
  const scale = new Map(norms.map((id, index) => [id, scales[index]]));
  return new Map(parameters(network).map(({ name, node, shape }) => [name, { shape, data: generatedTensor(name, shape, scale.get(node)) }]));
}

/** Pictures 0 .. n-1, [n, size, size, 3]. */
export function oraclePictures(n: number, size: number): Tensor {
  return { shape: [n, size, size, 3], data: generatedInput(n, size, size) };
}

/** Networks that only the gradient files have, by their name there: VGG-16's convolutions, a global pool, one linear layer. */
export const derived: Readonly<Record<string, { readonly from: string; readonly derive: (network: Network) => Network }>> = {
  vgg16_gap: {
    from: 'vgg16',
    derive(network) {
      const last = network.nodes.findLast(({ op }) => op === 'maxPool');
      if (!last) throw new Error(`${network.id} has no max pool`);
      const { prefix } = cut(network, last.id);
      return {
        ...prefix, features: 'pool', output: 'head.fc',
        nodes: [...prefix.nodes, { op: 'globalPool', id: 'pool', from: [last.id], keepDims: false }, { op: 'dense', id: 'head.fc', from: ['pool'], units: 10, bias: true }],
        stages: [...prefix.stages, { name: 'head', end: 'head.fc' }],
      };
    },
  },
};

/** The network with every activation replaced by a smooth one (ReLU, ReLU6 and hard-swish by SiLU, the hard sigmoid by the sigmoid) and every max pool by an average pool: nothing flips across a kink. */
export function smoothTwin(network: Network): Network {
  return {
    ...network,
    nodes: network.nodes.map((node): Node => {
      if (node.op === 'act') return { ...node, fn: node.fn === 'sigmoid' || node.fn === 'hardsigmoid' ? 'sigmoid' : 'silu' };
      return node.op === 'maxPool' ? { ...node, op: 'avgPool' } : node;
    }),
  };
}

/** max |a - b| / max |b|: how far numbers are from the expected ones. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers instead of ${expected.length}`);
  let difference = 0, largest = 0;
  for (let i = 0; i < expected.length; i++) {
    // NaN has to come out as a difference.
    const off = Math.abs(actual[i]! - expected[i]!);
    if (!(off <= difference)) difference = off;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}
