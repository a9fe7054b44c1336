// Which nodes belong to which stage, and where a module of the original code ends in the list of nodes.
import type { Network, Node, NodeId } from './graph.ts';

export interface StageNodes {
  readonly name: string;
  readonly nodes: readonly Node[];
}

/** The nodes of each stage, stem to head: all nodes, each once. */
export function stageNodes(network: Network): readonly StageNodes[] {
  let start = 0;
  return network.stages.map(({ name, end }) => {
    const stop = network.nodes.findIndex((node) => node.id === end) + 1;
    const nodes = network.nodes.slice(start, stop);
    start = stop;
    return { name, nodes };
  });
}

/** Index of the stage that a node belongs to, for every node. */
export function stageIndex(network: Network): ReadonlyMap<NodeId, number> {
  return new Map(stageNodes(network).flatMap(({ nodes }, index) => nodes.map((node) => [node.id, index] as const)));
}

/** The last node of a module, its activation included: `layer1` ends at `layer1.1.act2`, `bn1` at `bn1.act`. */
export function moduleEnd(nodes: readonly Node[], module: string): NodeId {
  const end = nodes.findLast(({ id }) => id === module || id.startsWith(`${module}.`));
  if (!end) throw new Error(`no module ${module}`);
  return end.id;
}
