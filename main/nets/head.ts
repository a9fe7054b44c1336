// Puts a new head on the pooled features of a network: a linear classifier, or hidden layers before it.
import type { Network, Node, NodeId } from './graph.ts';
import { parameters } from './parameters.ts';
import { validated } from './validate.ts';

export interface HeadOptions {
  readonly classes: number;
  /** Units of dense layers, each with a ReLU, before the classifier; none = a linear head. */
  readonly hidden?: readonly number[];
  /** Share of what the classifier gets that is dropped in training; 0 = none. */
  readonly dropout?: number;
}

/** The linear classifier: the dense layer that gives the logits. */
export function classifier(network: Network): Node & { readonly op: 'dense' } {
  const last = network.nodes.find((node) => node.id === network.output);
  if (last?.op !== 'dense') throw new Error(`${network.id} does not end in a linear classifier`);
  return last;
}

/** What stands on the pooled features, in order. */
export function headNodes(network: Network): readonly Node[] {
  return network.nodes.slice(network.nodes.findIndex((node) => node.id === network.features) + 1);
}

/** Names of the parameters of the head. */
export function headParameters(network: Network): ReadonlySet<string> {
  const nodes = new Set(headNodes(network).map(({ id }) => id));
  return new Set(parameters(network).flatMap(({ name, node }) => (nodes.has(node) ? [name] : [])));
}

/** Units of the hidden layers of a head; none for a linear one. */
export function hiddenUnits(network: Network): readonly number[] {
  return headNodes(network).flatMap((node) => (node.op === 'dense' && node.id !== network.output ? [node.units] : []));
}

/** What timm calls the classifier, which is also the beginning of the names of all layers that stand in its place. */
export function headName(network: Network): NodeId {
  const { id } = classifier(network);
  return hiddenUnits(network).length === 0 ? id : id.slice(0, id.lastIndexOf('.'));
}

/**
 * The same network with another head. A linear one keeps the old one's name, so that a state dict still fits. Hidden layers are named as PyTorch names
 * those of a Sequential(Linear, ReLU, ..., Dropout, Linear) in its place: `classifier.0`, `classifier.2`, ...; the dropout has its number also where there is none.
 */
export function withHead(network: Network, { classes, hidden = [], dropout = 0 }: HeadOptions): Network {
  const name = headName(network);
  const backbone = network.nodes.slice(0, network.nodes.findIndex((node) => node.id === network.features) + 1);
  const layers = hidden.flatMap((units, i): Node[] => [
    { op: 'dense', id: `${name}.${2 * i}`, from: [i === 0 ? network.features : `${name}.${2 * i - 1}`], units, bias: true },
    { op: 'act', id: `${name}.${2 * i + 1}`, from: [`${name}.${2 * i}`], fn: 'relu' },
  ]);
  const before = layers.at(-1)?.id ?? network.features;
  const drop: Node[] = dropout > 0 ? [{ op: 'dropout', id: hidden.length > 0 ? `${name}.${2 * hidden.length}` : `${name}.dropout`, from: [before], rate: dropout }] : [];
  const output = hidden.length > 0 ? `${name}.${2 * hidden.length + 1}` : name;
  const dense: Node = { ...classifier(network), id: output, from: [drop[0]?.id ?? before], units: classes };
  const stages = network.stages.map((stage) => (stage.end === network.output ? { ...stage, end: output } : stage));
  return validated({ ...network, nodes: [...backbone, ...layers, ...drop, dense], output, stages });
}
