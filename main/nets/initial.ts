// Values of a network that has not been trained: the same seed gives the same numbers, whatever else is drawn.
import { stream } from '../random.ts';
import { sizeOf } from '../tensor.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import type { Network, Node } from './graph.ts';
import { parameters } from './parameters.ts';
import type { Parameter } from './parameters.ts';

export interface InitialOptions {
  /** A new classifier starts at zero (all classes equally likely), or uniform in +-1/sqrt(features). Nothing wider: that ruins fine-tuning on few classes. */
  readonly head: 'zero' | 'uniform';
}

/**
 * All parameters and statistics of a network.
 * Convolutions: He-normal over the fan-out (He et al. 2015), groups counted, as torchvision and timm do; other dense layers: uniform +-1/sqrt(fan-in); norms: the identity.
 */
export function initialValues(network: Network, seed: number, { head }: InitialOptions): TensorMap {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  return new Map(parameters(network).map((parameter) => {
    const node = nodes.get(parameter.node);
    if (!node) throw new Error(`no node ${parameter.node}`);
    const data = node.id === network.output && head === 'zero' ? new Float32Array(sizeOf(parameter.shape)) : initial(parameter, node, network, seed);
    return [parameter.name, { shape: parameter.shape, data } satisfies Tensor];
  }));
}

function initial(parameter: Parameter, node: Node, network: Network, seed: number): Float32Array {
  const data = new Float32Array(sizeOf(parameter.shape));
  const random = stream(seed, `initial/${parameter.name}`);
  const isBias = parameter.name.endsWith('.bias');
  switch (node.op) {
    case 'conv':
    case 'convTranspose': {
      if (isBias) return data;
      const [first = 1, second = 1, height = 1, width = 1] = parameter.shape;
      const fanOut = height * width * (parameter.layout === 'depthwise' ? 1 : parameter.layout === 'convTranspose' ? second : first);
      const deviation = Math.sqrt(2 / fanOut);
      return data.map((_, i) => deviation * random.normal(i));
    }
    case 'dense': {
      const fanIn = parameters(network).find(({ name }) => name === `${node.id}.weight`)?.shape[1] ?? 1;
      const bound = 1 / Math.sqrt(fanIn);
      return data.map((_, i) => bound * (2 * random.uniform(i) - 1));
    }
    case 'norm':
      return parameter.name.endsWith('.weight') || parameter.name.endsWith('.running_var') ? data.fill(1) : data;
    default:
      throw new Error(`${node.id} has no parameters`);
  }
}
