// Every operation a network can have, with its gradient rule, and the walk that emits them in order.
import { assertNever } from '#contract/errors.ts';
import type { Network, Node, NodeId, Norm } from '../../../nets/graph.ts';
import { INPUT } from '../../../nets/graph.ts';
import { shapes } from '../../../nets/shapes.ts';
import type { Shape } from '../../../nets/shapes.ts';
import type { Pass, Value } from '../pass.ts';
import { act } from './activation.ts';
import { add, concat, mul } from './combination.ts';
import { convTranspose } from './conv-transpose.ts';
import { conv } from './convolution.ts';
import { crop, part } from './cutting.ts';
import { dense, flatten } from './dense.ts';
import { dropout } from './dropout.ts';
import { foldedConv } from './folded-norm.ts';
import { norm } from './norm.ts';
import { pad } from './pad.ts';
import { adaptivePool, avgPool, globalPool, maxPool } from './pooling.ts';
import { resize } from './resize.ts';

/**
 * Emits one node.
 * @param shape of its output, without the batch axis
 */
export function emitNode(pass: Pass, node: Node, inputs: readonly Value[], shape: Shape): Value {
  const [x] = inputs;
  if (!x) throw new Error(`${node.id}: no input`);
  switch (node.op) {
    case 'conv': return conv(pass, node, x, shape);
    case 'convTranspose': return convTranspose(pass, node, x, shape);
    case 'norm': return norm(pass, node, x);
    case 'act': return act(pass, node, x);
    case 'maxPool': return maxPool(pass, node, x, shape);
    case 'avgPool': return avgPool(pass, node, x, shape);
    case 'globalPool': return globalPool(pass, node, x, shape);
    case 'adaptivePool': return adaptivePool(pass, node, x, shape);
    case 'dense': return dense(pass, node, x, shape);
    case 'add': return add(pass, node, inputs, shape);
    case 'mul': return mul(pass, node, inputs, shape);
    case 'concat': return concat(pass, node, inputs, shape);
    case 'resize': return resize(pass, node, x, shape);
    case 'pad': return pad(pass, node, x);
    case 'crop': return crop(pass, node, x, shape);
    case 'part': return part(pass, node, x, shape);
    case 'dropout': return dropout(pass, node, x);
    case 'flatten': return flatten(pass, node, x, shape);
    default: return assertNever(node);
  }
}

/**
 * Emits a whole network, each node in a scope of its name.
 * @param folded convolution -> the norm that is computed together with it; the convolution's own output then does not exist
 * @returns the values of all nodes
 */
export function emitNetwork(pass: Pass, network: Network, input: Value, folded: ReadonlyMap<NodeId, Norm>): ReadonlyMap<NodeId, Value> {
  const known = shapes(network);
  const values = new Map<NodeId, Value>([[INPUT, input]]);
  const done = new Set([...folded.values()].map(({ id }) => id));
  const { graph } = pass.emit;
  for (const node of network.nodes) {
    if (done.has(node.id)) continue;
    const shape = known.get(node.id) ?? [];
    const inputs = node.from.map((id) => {
      const value = values.get(id);
      if (!value) throw new Error(`${node.id}: no value of ${id}`);
      return value;
    });
    const partner = folded.get(node.id);
    graph.within(`${graph.scope}${node.id}/`, () => {
      if (partner && node.op === 'conv') values.set(partner.id, foldedConv(pass, node, partner, inputs[0]!, shape));
      else values.set(node.id, emitNode(pass, node, inputs, shape));
    });
  }
  return values;
}
