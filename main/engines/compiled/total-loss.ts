// The sum of a loss's terms in the graph, and the placeholders and variables that the terms need.
import type { Network, NodeId } from '../../nets/graph.ts';
import { sizeOf } from '../../tensor.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import type { LossTerm } from '../loss-terms.ts';
import { lossNodes } from '../loss-terms.ts';
import type { GraphInput, Ref } from './graph-writer.ts';
import { attribute } from './graph-writer.ts';
import { emitLoss } from './losses/index.ts';
import type { Pass, Value } from './pass.ts';
import type { Variables } from './variables.ts';

/** What a batch brings for one key. */
export interface TargetInputs {
  /** [n, ...] */
  readonly target: GraphInput;
  /** [n * positions]; null where no term weighs positions. */
  readonly weight: GraphInput | null;
  /** Of one picture: 1 for classification, height x width for maps. */
  readonly positions: number;
}

export interface TotalLoss {
  /** A scalar. */
  readonly loss: Ref;
  /** [terms], each times its coefficient. */
  readonly terms: Ref;
  readonly targets: ReadonlyMap<string, TargetInputs>;
  /** Values of variables that stay as they are: the parameter that each belongs to, and its numbers in PyTorch's layout. */
  readonly constants: ReadonlyMap<string, { readonly parameter: string; readonly tensor: Tensor }>;
}

/** Emits the terms of a loss and their gradients. */
export function emitTotalLoss(pass: Pass, terms: readonly LossTerm[], network: Network, values: ReadonlyMap<NodeId, Value>, variables: Variables): TotalLoss {
  const { emit } = pass;
  const { graph } = emit;
  const targets = new Map<string, TargetInputs>();
  const shares = new Map<string, Ref>();
  const constants = new Map<string, { readonly parameter: string; readonly tensor: Tensor }>();
  const known: TensorMap[] = [];

  const value = (node: NodeId) => valueOf(network, values, node);
  const inputs = (key: string) => {
    const found = targets.get(key);
    if (!found) throw new Error(`no term has the target ${key}`);
    return found;
  };

  function share(key: string): Ref {
    const found = shares.get(key);
    if (found !== undefined) return found;
    const weight = graph.within('', () => graph.placeholder(`weight/${key}`, 'float32', [-1]));
    targets.set(key, { ...inputs(key), weight });
    // A batch in which no position counts has loss 0 and no gradient.
    const made = emit.op('DivNoNan', [weight.ref, emit.reduce('Sum', weight.ref, [0])], 'float32');
    shares.set(key, made);
    return made;
  }

  function constant(of: TensorMap, parameter: string): Ref {
    const tensor = of.get(parameter);
    if (!tensor) throw new Error(`the loss has no number for ${parameter}`);
    if (!known.includes(of)) known.push(of);
    const name = `constant/${known.indexOf(of)}/${parameter}`;
    if (!constants.has(name)) variables.declare(name, pass.parameter(parameter).shape);
    constants.set(name, { parameter, tensor });
    return variables.read(name).ref;
  }

  for (const term of terms) {
    if (!('target' in term)) continue;
    const { shape } = value(lossNodes(term)[0]!);
    const before = targets.get(term.target);
    if (!before) targets.set(term.target, { target: graph.placeholder(`target/${term.target}`, 'float32', [-1, ...shape]), weight: null, positions: sizeOf(shape.slice(0, -1)) });
    else if (String(before.target.shape.slice(1)) !== String(shape)) throw new Error(`target ${term.target} serves outputs of two shapes`);
  }
  return graph.within('loss/', () => {
    const each = terms.map((term, i) => graph.within(`${i}/`, () => emitLoss(term, { pass, value, target: (key) => inputs(key).target.ref, share, constant })));
    return { loss: emit.sum(each), terms: emit.op('Pack', each, 'float32', { N: attribute.integer(each.length), axis: attribute.integer(0) }), targets, constants };
  });
}

/** @throws Error for a node that the network does not have */
export function valueOf(network: Network, values: ReadonlyMap<NodeId, Value>, id: NodeId): Value {
  const value = values.get(id);
  if (!value) throw new Error(`${network.id} has no node ${id}`);
  return value;
}
