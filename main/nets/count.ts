// What a network costs: trainable numbers and multiply-adds, in all and per stage.
import { sizeOf } from '../tensor.ts';
import type { Network, Node, NodeId } from './graph.ts';
import { parameters } from './parameters.ts';
import { shapes } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { stageNodes } from './stages.ts';

export interface Cost {
  /** Trainable numbers; batch-norm statistics are not counted, as in published figures. */
  readonly parameters: number;
  /** Multiply-adds of convolutions and dense layers for one picture at the network's input size. */
  readonly multiplyAdds: number;
}

export interface NetworkCost extends Cost {
  readonly stages: readonly (Cost & { readonly name: string })[];
}

export function count(network: Network): NetworkCost {
  const known = shapes(network);
  const numbers = new Map<NodeId, number>();
  for (const { node, role, shape } of parameters(network)) if (role === 'weight') numbers.set(node, (numbers.get(node) ?? 0) + sizeOf(shape));
  const stages = stageNodes(network).map(({ name, nodes }) => ({
    name,
    parameters: total(nodes, (node) => numbers.get(node.id) ?? 0),
    multiplyAdds: total(nodes, (node) => multiplyAdds(node, known)),
  }));
  return { parameters: total(stages, (stage) => stage.parameters), multiplyAdds: total(stages, (stage) => stage.multiplyAdds), stages };
}

function multiplyAdds(node: Node, known: ReadonlyMap<NodeId, Shape>): number {
  const outputs = sizeOf(known.get(node.id) ?? []);
  const inputs = known.get(node.from[0] ?? '')?.at(-1) ?? 0;
  switch (node.op) {
    case 'conv': return outputs * node.kernel[0] * node.kernel[1] * (node.groups === 'depthwise' ? 1 : inputs);
    // Windows do not overlap: each output pixel takes one weight per input channel.
    case 'convTranspose': return outputs * inputs;
    case 'dense': return outputs * inputs;
    default: return 0;
  }
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
