// What activations need of memory, computed from shapes: an estimate that holds for every engine, since each keeps what the backward pass reads.
import { sizeOf } from '../tensor.ts';
import type { Network, NodeId } from './graph.ts';
import { INPUT } from './graph.ts';
import { shapes } from './shapes.ts';

/** Bytes of float32 activations for one picture at the network's input size; parameters, their gradients and optimizer slots are not counted. */
export interface ActivationMemory {
  /** Every output is kept for the backward pass. */
  readonly training: number;
  /** An output lives until its last reader is done: the most that live at once. */
  readonly inference: number;
}

export function activationMemory(network: Network): ActivationMemory {
  const known = shapes(network);
  const bytes = (id: NodeId) => 4 * sizeOf(known.get(id) ?? []);
  const readers = new Map<NodeId, number>([[network.output, 1]]);
  for (const id of network.nodes.flatMap(({ from }) => from)) readers.set(id, (readers.get(id) ?? 0) + 1);

  let live = bytes(INPUT), most = live, all = live;
  for (const { id, from } of network.nodes) {
    live += bytes(id);
    all += bytes(id);
    most = Math.max(most, live);
    for (const source of from) {
      const left = (readers.get(source) ?? 0) - 1;
      readers.set(source, left);
      if (left === 0) live -= bytes(source);
    }
  }
  return { training: all, inference: most };
}
