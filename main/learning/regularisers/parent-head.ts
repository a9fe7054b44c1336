// The head of the old task as a second output beside the new one.
import type { Network, Node, NodeId } from '../../nets/graph.ts';
import type { TensorMap } from '../../tensor.ts';
import type { LinearHead } from '../heads/linear.ts';

/** Node of the old head's logits. */
export const PARENT_HEAD: NodeId = 'parent_head';

/** The network with the old head on its features. The classifier stays its output, so nothing else changes. */
export function withParentHead(network: Network, { classes }: Pick<LinearHead, 'classes'>): Network {
  const head: Node = { op: 'dense', id: PARENT_HEAD, from: [network.features], units: classes, bias: true };
  return { ...network, nodes: [...network.nodes.slice(0, -1), head, ...network.nodes.slice(-1)] };
}

/** The old head's parameters. */
export function parentHeadValues({ classes, features, weight, bias }: LinearHead): TensorMap {
  return new Map([
    [`${PARENT_HEAD}.weight`, { shape: [classes, features], data: Float32Array.from(weight) }],
    [`${PARENT_HEAD}.bias`, { shape: [classes], data: Float32Array.from(bias) }],
  ]);
}

/** Whether a parameter is the old head's: it is part of a run, not of the model that comes out. */
export const isParentHead = (parameter: string): boolean => parameter.startsWith(`${PARENT_HEAD}.`);
