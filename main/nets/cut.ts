// Cuts a network in two at a node through which everything flows, so that a frozen part can be run once and its output kept.
import { INPUT } from './graph.ts';
import type { Network, NodeId } from './graph.ts';
import { flattenBefore } from './parameters.ts';
import { shapes } from './shapes.ts';
import { validated } from './validate.ts';

export interface Cut {
  /** From the input to `at`, whose output it gives. */
  readonly prefix: Network;
  /** From the output of `at`, which is its input, to the network's output. Parameter names stay. */
  readonly suffix: Network;
}

/**
 * Cuts behind the node `at`. Running prefix and suffix one after the other gives the whole network's output.
 * @throws Error when `at` is not one of cutPoints(network)
 */
export function cut(network: Network, at: NodeId): Cut {
  if (!cutPoints(network).includes(at)) throw new Error(`${network.id} cannot be cut at ${at}: not everything flows through it`);
  const index = network.nodes.findIndex((node) => node.id === at);
  const input = shapes(network).get(at) ?? [];
  const before = network.nodes.slice(0, index + 1);
  const after = network.nodes.slice(index + 1).map((node) => ({ ...node, from: node.from.map((id) => (id === at ? INPUT : id)) }));

  const inside = new Set(before.map((node) => node.id));
  const within = (id: NodeId) => (inside.has(id) ? id : at);
  const beyond = (id: NodeId) => (inside.has(id) ? INPUT : id);
  const ended = network.stages.filter(({ end }) => inside.has(end));
  const open = network.stages[ended.length];
  return {
    prefix: validated({
      id: network.id, input: network.input, nodes: before, output: at,
      stages: ended.at(-1)?.end === at || !open ? ended : [...ended, { name: open.name, end: at }],
      features: within(network.features), gradCam: within(network.gradCam), skips: network.skips.filter((id) => inside.has(id)),
    }),
    suffix: validated({
      id: network.id, input, nodes: after, output: network.output, stages: network.stages.slice(ended.length),
      features: beyond(network.features), gradCam: beyond(network.gradCam), skips: network.skips.filter((id) => !inside.has(id)),
    }),
  };
}

/** Nodes where a network can be cut, in order. Not between a flatten and its dense layer: there the order of the columns of its weight would be lost. */
export function cutPoints(network: Network): readonly NodeId[] {
  const position = new Map(network.nodes.map((node, index) => [node.id, index]));
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  // `reach[i]`: the last node that reads node i; the input counts as read by its own readers.
  const reach = network.nodes.map(() => -1);
  let inputReach = -1;
  network.nodes.forEach((node, index) => {
    for (const id of node.from) {
      const source = position.get(id);
      if (source === undefined) inputReach = index;
      else reach[source] = index;
    }
  });
  const points: NodeId[] = [];
  let furthest = inputReach;
  network.nodes.forEach((node, index) => {
    const flattened = node.op === 'flatten' || ((node.op === 'act' || node.op === 'dropout') && flattenBefore(node, nodes) !== null);
    if (furthest <= index && index < network.nodes.length - 1 && !flattened) points.push(node.id);
    furthest = Math.max(furthest, reach[index] ?? -1);
  });
  return points;
}
