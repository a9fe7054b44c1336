// Parts a network between two stages where more than one map crosses over, as the skips of a U-Net do.
import { sizeOf } from '../tensor.ts';
import { INPUT } from './graph.ts';
import type { Network, NodeId, Part } from './graph.ts';
import { shapes } from './shapes.ts';
import { validated } from './validate.ts';

/** The network from its input up to a node, whose output it gives. Stages that are not reached are left out. */
export function upTo(network: Network, at: NodeId): Network {
  const nodes = network.nodes.slice(0, network.nodes.findIndex(({ id }) => id === at) + 1);
  const inside = new Set(nodes.map(({ id }) => id));
  const ended = network.stages.filter(({ end }) => inside.has(end));
  const open = network.stages[ended.length];
  const within = (id: NodeId) => (inside.has(id) ? id : at);
  return validated({
    ...network, nodes, output: at,
    stages: ended.at(-1)?.end === at || !open ? ended : [...ended, { name: open.name, end: at }],
    features: within(network.features), gradCam: within(network.gradCam), skips: network.skips.filter((id) => inside.has(id)),
  });
}

/** Nodes of the first `stages` stages that later stages read, in order. */
export function crossing(network: Network, stages: number): readonly NodeId[] {
  const border = firstBehind(network, stages);
  const read = new Set(network.nodes.slice(border).flatMap(({ from }) => from));
  return network.nodes.slice(0, border).map(({ id }) => id).filter((id) => read.has(id));
}

/** What comes after the first `stages` stages, fed with one vector: the outputs that cross over, one behind the other in the order of `crossing`. Names of nodes and parameters stay. */
export function behind(network: Network, stages: number): Network {
  const known = shapes(network);
  const after = network.nodes.slice(firstBehind(network, stages));
  if (after.some(({ from }) => from.includes(INPUT))) throw new Error(`${network.id} reads its input behind stage ${stages}`);
  let length = 0;
  const parts = crossing(network, stages).map((id): Part => {
    const [height = 0, width = 0, channels = 0] = known.get(id) ?? [];
    const offset = length, shape = [height, width, channels] as const;
    length += sizeOf(shape);
    return { op: 'part', id, from: [INPUT], offset, shape };
  });
  const nodes = [...parts, ...after], first = nodes[0]!.id;
  const inside = new Set(nodes.map(({ id }) => id));
  const beyond = (id: NodeId) => (inside.has(id) ? id : first);
  return validated({
    ...network, input: [length], nodes, stages: network.stages.slice(stages),
    features: beyond(network.features), gradCam: beyond(network.gradCam), skips: network.skips.filter((id) => inside.has(id)),
  });
}

function firstBehind({ id, nodes, stages }: Network, count: number): number {
  const end = stages[count - 1]?.end;
  if (end === undefined || count >= stages.length) throw new Error(`${id} cannot be parted behind ${count} of ${stages.length} stages`);
  return nodes.findIndex((node) => node.id === end) + 1;
}
