// What every network must satisfy, checked whenever one is made: a wrong graph fails where it is built, not inside an engine.
import { INPUT } from './graph.ts';
import type { Network, NodeId } from './graph.ts';
import { shapes } from './shapes.ts';

/**
 * Returns the network itself when ids are unique, inputs come first, shapes fit, nothing is computed in vain, the output comes last and the stages lie in order.
 * @throws Error naming the first node that is wrong
 */
export function validated(network: Network): Network {
  const position = new Map<NodeId, number>([[INPUT, -1]]);
  network.nodes.forEach((node, index) => {
    if (position.has(node.id)) throw new Error(`${network.id}: two nodes are called ${node.id}`);
    position.set(node.id, index);
  });
  shapes(network);

  const used = new Set(network.nodes.flatMap((node) => node.from));
  used.add(network.output);
  for (const node of network.nodes) if (!used.has(node.id)) throw new Error(`${network.id}: nothing uses ${node.id}`);
  for (const id of [network.output, network.features, network.gradCam, ...network.skips]) {
    if (!position.has(id)) throw new Error(`${network.id}: no node ${id}`);
  }
  if (position.get(network.output) !== network.nodes.length - 1) throw new Error(`${network.id}: the output ${network.output} is not the last node`);

  let last = -1;
  for (const { name, end } of network.stages) {
    const here = position.get(end);
    if (here === undefined || here <= last) throw new Error(`${network.id}: stage ${name} does not end after the stage before it`);
    last = here;
  }
  if (last !== network.nodes.length - 1) throw new Error(`${network.id}: the last stage does not end at the output`);
  return network;
}
