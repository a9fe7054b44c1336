// The parameters and statistics of a network: names as in timm's state dicts, shapes as in PyTorch, one list for loading, training, saving and counting.
import type { Network, Node, NodeId } from './graph.ts';
import { shapes } from './shapes.ts';
import type { Shape } from './shapes.ts';

interface Named {
  /** Name in timm's (AlexNet: torchvision's) state dict, e.g. `layer1.0.conv1.weight`. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: Shape;
  readonly node: NodeId;
  /** `weight`: found by training. `statistic`: running mean or variance of a norm. */
  readonly role: 'weight' | 'statistic';
}

/**
 * How the numbers lie (see layout.ts):
 * conv [out, in, h, w], depthwise [channels, 1, h, w], convTranspose [in, out, h, w], dense [out, in], vector [n].
 * flattened-dense is a dense layer on a flattened map; `map` is [height, width, channels] before the flatten.
 */
export type Parameter =
  | Named & { readonly layout: 'conv' | 'depthwise' | 'convTranspose' | 'dense' | 'vector' }
  | Named & { readonly layout: 'flattened-dense'; readonly map: Shape };

/** All parameters and statistics in the order of the nodes. */
export function parameters(network: Network): readonly Parameter[] {
  const known = shapes(network);
  const shapeOf = (id: NodeId) => {
    const shape = known.get(id);
    if (!shape) throw new Error(`no node ${id}`);
    return shape;
  };
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  return network.nodes.flatMap((node): Parameter[] => {
    const input = node.from[0] === undefined ? undefined : shapeOf(node.from[0]);
    const channels = input?.at(-1);
    if (channels === undefined) throw new Error(`${node.id}: no input`);
    const vector = (part: string, length: number, role: 'weight' | 'statistic' = 'weight'): Parameter =>
      ({ name: `${node.id}.${part}`, shape: [length], node: node.id, role, layout: 'vector' });
    const bias = (has: boolean, length: number) => (has ? [vector('bias', length)] : []);
    const weight = { name: `${node.id}.weight`, node: node.id, role: 'weight' } as const;
    switch (node.op) {
      case 'conv':
        return [node.groups === 'depthwise'
          ? { ...weight, shape: [node.filters, 1, ...node.kernel], layout: 'depthwise' }
          : { ...weight, shape: [node.filters, channels, ...node.kernel], layout: 'conv' }, ...bias(node.bias, node.filters)];
      case 'convTranspose':
        return [{ ...weight, shape: [channels, node.filters, node.kernel, node.kernel], layout: 'convTranspose' }, ...bias(node.bias, node.filters)];
      case 'dense': {
        const flatten = flattenBefore(node, nodes);
        const shape = [node.units, channels];
        const from = flatten?.from[0];
        return [from === undefined ? { ...weight, shape, layout: 'dense' } : { ...weight, shape, layout: 'flattened-dense', map: shapeOf(from) }, ...bias(node.bias, node.units)];
      }
      case 'norm':
        return [vector('weight', channels), vector('bias', channels), vector('running_mean', channels, 'statistic'), vector('running_var', channels, 'statistic')];
      default:
        return [];
    }
  });
}

/** The flatten whose order of elements still shows in the input of a node: reached through activations and dropout only. */
export function flattenBefore(node: Node, nodes: ReadonlyMap<NodeId, Node>): Node | null {
  const source = nodes.get(node.from[0] ?? '');
  if (!source) return null;
  if (source.op === 'flatten') return source;
  return source.op === 'act' || source.op === 'dropout' ? flattenBefore(source, nodes) : null;
}
