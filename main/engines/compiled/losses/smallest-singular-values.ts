// The directions in which the features of a batch hardly differ, pushed towards nothing.
import type { SmallestSingularValuesTerm } from '../../loss-terms.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { LossRule } from './rule.ts';

/** F = U S V^T; L = coefficient sum of s_i^2 over the smallest; dL/dF = 2 coefficient sum of s_i u_i v_i^T = 2 coefficient U' U'^T F with the columns U' that belong to them. */
export const smallestSingularValues: LossRule<SmallestSingularValuesTerm> = ({ features, count, coefficient }, { pass, value }) => {
  const { emit } = pass;
  const matrix = pass.cast(value(features), 'float32');
  if (matrix.shape.length !== 1) throw new Error(`${features} is no vector but [${matrix.shape.join(', ')}]`);
  // Singular values come in falling order.
  const [values = '', left = ''] = emit.graph.ops(3, 'Svd', [matrix.ref], { T: attribute.type('float32'), compute_uv: attribute.bool(true), full_matrices: attribute.bool(false) });
  const last = (ref: Ref, rank: 1 | 2) => {
    const corner = (end: number) => emit.integers(rank === 1 ? [end] : [0, end]);
    const ones = emit.integers(rank === 1 ? [1] : [1, 1]);
    const whole = attribute.integer(rank === 1 ? 0 : 1); // of the first axis of two; the end of the last is open
    return emit.op('StridedSlice', [ref, corner(-count), corner(0), ones], 'float32', {
      Index: attribute.type('int32'), begin_mask: whole, end_mask: attribute.integer(rank === 1 ? 1 : 3), ellipsis_mask: attribute.integer(0), new_axis_mask: attribute.integer(0), shrink_axis_mask: attribute.integer(0),
    });
  };
  const smallest = last(values, 1), columns = last(left, 2);
  const product = (a: Ref, b: Ref, transposed: boolean) => emit.op('MatMul', [a, b], 'float32', { transpose_a: attribute.bool(transposed), transpose_b: attribute.bool(false) });
  pass.addGradient(matrix, () => emit.multiply(product(columns, product(columns, matrix.ref, true), false), emit.number(2 * coefficient)));
  return emit.multiply(emit.reduce('Sum', emit.multiply(smallest, smallest), [0]), emit.number(coefficient));
};
