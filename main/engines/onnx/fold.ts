// Batch normalisation with stored statistics is an affine map per channel, so it can be multiplied into the convolution before it.
import type { Conv, Network, NodeId, Norm } from '../../nets/graph.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';

/**
 * Norms that can vanish into the convolution they follow: nothing else reads that convolution.
 * @param kept nodes whose outputs are wanted as they are
 * @returns by id of the convolution
 */
export function foldableNorms(network: Network, kept: ReadonlySet<NodeId>): ReadonlyMap<NodeId, Norm> {
  const readers = new Map<NodeId, number>();
  for (const id of network.nodes.flatMap(({ from }) => from)) readers.set(id, (readers.get(id) ?? 0) + 1);
  const convolutions = new Set(network.nodes.filter(({ op }) => op === 'conv').map(({ id }) => id));
  const norms = network.nodes.filter((node): node is Norm => node.op === 'norm');
  return new Map(norms
    .map((norm) => [norm.from[0]!, norm] as const)
    .filter(([from]) => convolutions.has(from) && readers.get(from) === 1 && !kept.has(from)));
}

/** Weight and bias of a convolution that does the work of `conv` and then `norm`. Computed in double precision, rounded once. All values must be there. */
export function foldNorm(conv: Conv, norm: Norm, values: TensorMap): { readonly weight: Tensor; readonly bias: Tensor } {
  const read = (name: string): Tensor => values.get(name)!;
  const weight = read(`${conv.id}.weight`);
  const bias = conv.bias ? read(`${conv.id}.bias`).data : new Float32Array(conv.filters);
  const gamma = read(`${norm.id}.weight`).data, beta = read(`${norm.id}.bias`).data;
  const mean = read(`${norm.id}.running_mean`).data, variance = read(`${norm.id}.running_var`).data;
  const perFilter = weight.data.length / conv.filters;
  const scale = Float64Array.from(gamma, (g, filter) => g / Math.sqrt(variance[filter]! + norm.eps));
  return {
    weight: { shape: weight.shape, data: weight.data.map((w, i) => w * scale[Math.floor(i / perFilter)]!) },
    bias: { shape: [conv.filters], data: Float32Array.from(beta, (b, filter) => b + (bias[filter]! - mean[filter]!) * scale[filter]!) },
  };
}
