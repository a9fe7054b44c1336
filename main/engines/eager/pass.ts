// One pass through a network: forward node by node, and backward along what a trainable parameter needs. Tensors live no longer than somebody reads them.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { INPUT, type Network, type Node, type NodeId } from '../../nets/graph.ts';
import { tidied } from './arithmetic.ts';
import { apply } from './rules/index.ts';
import type { Applied, Part } from './rule.ts';

export interface PassOptions {
  readonly network: Network;
  /** Parameters and statistics by name, in TensorFlow's layout. */
  readonly value: (name: string) => Tensor;
  /** Nodes whose outputs are wanted; nothing beyond them is computed. */
  readonly outputs: readonly NodeId[];
  /** none = inference: no gradients, no dropout. */
  readonly training?: {
    readonly trainable: ReadonlySet<string>;
    readonly batchStatistics: ReadonlySet<NodeId>;
    readonly seed: readonly [number, number];
  };
}

export interface Pass {
  /** [n, ...] by node id. */
  readonly outputs: ReadonlyMap<NodeId, Tensor>;
  /** Moved statistics by name. */
  readonly statistics: ReadonlyMap<string, Tensor>;
  /** Gradients of trainable parameters by name, from gradients of outputs. Once. */
  readonly backward: (seeds: ReadonlyMap<NodeId, Tensor>) => ReadonlyMap<string, Tensor>;
}

/** Runs the network on `input` [n, ...]. To be called within a tfjs scope, which ends the life of everything that is left. */
export function runPass(input: Tensor, { network, value, outputs, training }: PassOptions): Pass {
  const order = ancestors(network, outputs);
  const needsGradient = differentiable(order, training?.trainable ?? new Set());
  const readers = new Readers();
  const found = new Map<NodeId, Tensor>([[INPUT, tf.clone(input)]]);
  for (const id of [...order.flatMap(({ from }) => from), ...outputs]) readers.expect(id);
  const tape: { readonly node: Node; readonly applied: Applied }[] = [];
  const statistics = new Map<string, Tensor>();
  const at = (id: NodeId): Tensor => {
    const tensor = found.get(id);
    if (!tensor) throw new Error(`${network.id}: ${id} is read before it is computed`);
    return tensor;
  };

  readers.bind(at(INPUT), INPUT);
  for (const node of order) {
    const applied = tidied(() => apply({
      node,
      inputs: node.from.map(at),
      parameter: (part: Part) => value(`${node.id}.${part}`),
      training: training !== undefined,
      batchStatistics: training?.batchStatistics.has(node.id) ?? false,
      seed: training?.seed ?? [0, 0],
    }));
    found.set(node.id, applied.output);
    readers.bind(applied.output, node.id);
    for (const tensor of applied.keeps) readers.add(tensor);
    if (needsGradient.has(node.id)) tape.push({ node, applied });
    else for (const tensor of applied.keeps) readers.release(tensor);
    for (const [part, tensor] of Object.entries(applied.statistics ?? {})) statistics.set(`${node.id}.${part}`, tensor);
    for (const id of node.from) readers.release(at(id));
  }

  const backward: Pass['backward'] = (seeds) => {
    const gradients = new Map<string, Tensor>();
    const flowing = new Map<NodeId, Tensor>();
    const flow = (id: NodeId, gradient: Tensor) => {
      const before = flowing.get(id);
      flowing.set(id, before ? tf.add(before, gradient) : gradient);
      if (before) tf.dispose([before, gradient]);
    };
    for (const [id, seed] of seeds) if (needsGradient.has(id)) flow(id, tf.clone(seed));
    for (const { node, applied } of tape.reverse()) {
      const gradient = flowing.get(node.id);
      if (gradient) {
        const wants = (part: Part) => training?.trainable.has(`${node.id}.${part}`) ?? false;
        const pulled = tidied(() => applied.pull(gradient, { inputs: node.from.map((id) => needsGradient.has(id)), weight: wants('weight'), bias: wants('bias') }));
        pulled.inputs.forEach((tensor, i) => tensor && flow(node.from[i]!, tensor));
        if (pulled.weight) gradients.set(`${node.id}.weight`, pulled.weight);
        if (pulled.bias) gradients.set(`${node.id}.bias`, pulled.bias);
        gradient.dispose();
      }
      for (const tensor of applied.keeps) readers.release(tensor);
    }
    return gradients;
  };
  return { outputs: new Map(outputs.map((id) => [id, at(id)])), statistics, backward };
}

/** Counts who still reads a tensor, and disposes of it after the last one. */
class Readers {
  readonly #expected = new Map<NodeId, number>();
  readonly #counts = new Map<number, number>();

  /** Somebody will read the output of a node. */
  expect(id: NodeId): void {
    this.#expected.set(id, (this.#expected.get(id) ?? 0) + 1);
  }
  /** The output of a node exists now. */
  bind(tensor: Tensor, id: NodeId): void {
    this.#counts.set(tensor.id, this.#expected.get(id) ?? 0);
  }
  add(tensor: Tensor): void {
    this.#counts.set(tensor.id, (this.#counts.get(tensor.id) ?? 0) + 1);
  }
  release(tensor: Tensor): void {
    const left = (this.#counts.get(tensor.id) ?? 0) - 1;
    this.#counts.set(tensor.id, left);
    if (left === 0) tensor.dispose();
  }
}

/** Nodes that the outputs depend on, in order. */
function ancestors(network: Network, outputs: readonly NodeId[]): readonly Node[] {
  const needed = new Set(outputs);
  const nodes = network.nodes.toReversed().filter((node) => {
    if (!needed.has(node.id)) return false;
    for (const id of node.from) needed.add(id);
    return true;
  });
  return nodes.reverse();
}

/** Nodes through which a gradient has to flow: those with a trainable parameter, and all behind them. */
function differentiable(order: readonly Node[], trainable: ReadonlySet<string>): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const node of order) {
    if (trainable.has(`${node.id}.weight`) || trainable.has(`${node.id}.bias`) || node.from.some((id) => found.has(id))) found.add(node.id);
  }
  return found;
}
