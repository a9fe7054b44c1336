// Puts a new linear classifier on the pooled features of a network.
import type { Network, Node } from './graph.ts';
import { validated } from './validate.ts';

export interface HeadOptions {
  readonly classes: number;
  /** Share of the pooled features dropped in training; 0 = none. */
  readonly dropout?: number;
}

/** The linear classifier: the dense layer that gives the logits. */
export function classifier(network: Network): Node & { readonly op: 'dense' } {
  const last = network.nodes.find((node) => node.id === network.output);
  if (last?.op !== 'dense') throw new Error(`${network.id} does not end in a linear classifier`);
  return last;
}

/** The same network with another classifier, under the old one's name, so that a state dict still fits. */
export function withHead(network: Network, { classes, dropout = 0 }: HeadOptions): Network {
  const old = classifier(network);
  const backbone = network.nodes.slice(0, network.nodes.findIndex((node) => node.id === network.features) + 1);
  const drop: Node[] = dropout > 0 ? [{ op: 'dropout', id: `${old.id}.dropout`, from: [network.features], rate: dropout }] : [];
  const dense: Node = { ...old, from: [drop[0]?.id ?? network.features], units: classes };
  return validated({ ...network, nodes: [...backbone, ...drop, dense] });
}
