// Operations that bring several values together: sum, product, joining.
import type { Add, Concat, Mul } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

/** y = a + b + ...; each gets dy. */
export function add(pass: Pass, _node: Add, inputs: readonly Value[], shape: Shape): Value {
  const terms = pass.aligned(inputs);
  const ref = pass.emit.sum(terms.map((term) => term.ref), terms[0]?.type);
  return pass.result({ ref, shape, from: terms }, (dy) => {
    for (const term of terms) pass.addGradient(term, () => dy);
  });
}

/** y = a b; da = dy b, db = dy a, summed over the map where b is one pixel of [1, 1, c] (Hu et al. 2018: squeeze-and-excitation). */
export function mul(pass: Pass, node: Mul, inputs: readonly Value[], shape: Shape): Value {
  const { emit } = pass;
  const [a, b] = pass.aligned(inputs);
  if (!a || !b) throw new Error(`${node.id}: a product needs two inputs`);
  const isGate = String(a.shape) !== String(b.shape);
  return pass.result({ ref: emit.multiply(a.ref, b.ref, a.type), shape, from: [a, b] }, (dy) => {
    pass.addGradient(a, () => emit.multiply(dy, b.ref, a.type));
    pass.addGradient(b, () => {
      const product = emit.multiply(dy, a.ref, a.type);
      return isGate ? emit.cast(emit.reduce('Sum', emit.cast(product, a.type, 'float32'), [1, 2], true), 'float32', b.type) : product;
    });
  });
}

/** Joins along channels; each part gets its channels of dy. */
export function concat(pass: Pass, _node: Concat, inputs: readonly Value[], shape: Shape): Value {
  const { emit } = pass;
  const parts = pass.aligned(inputs);
  const [{ type } = { type: 'float32' as const }] = parts;
  const axis = emit.integer(shape.length); // the batch axis comes first
  const count = { N: attribute.integer(parts.length), Tidx: attribute.type('int32') };
  const ref = emit.op('ConcatV2', [...parts.map((part) => part.ref), axis], type, count);
  return pass.result({ ref, shape, from: parts }, (dy) => {
    const widths = emit.integers(parts.map((part) => part.shape.at(-1) ?? 0));
    const pieces = emit.graph.ops(parts.length, 'SplitV', [dy, widths, axis],
      { T: attribute.type(type), Tlen: attribute.type('int32'), num_split: attribute.integer(parts.length) });
    parts.forEach((part, i) => pass.addGradient(part, () => pieces[i] ?? ''));
  });
}
