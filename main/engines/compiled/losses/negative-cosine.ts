// Agreement of the prediction from one view of a picture with the projection of the other view.
import type { NegativeCosineTerm } from '../../loss-terms.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { LossRule } from './rule.ts';

/** With unit vectors u of the predictions and t of the other view's projections: L = -coefficient mean over rows of u . t; dL/dp = -coefficient / rows (t - (u . t) u) / |p|. No gradient reaches the projections. */
export const negativeCosine: LossRule<NegativeCosineTerm> = ({ prediction, projection, coefficient }, { pass, value }) => {
  const { emit } = pass;
  const p = pass.cast(value(prediction), 'float32'), z = pass.cast(value(projection), 'float32');
  if (p.shape.length !== 1 || String(p.shape) !== String(z.shape)) throw new Error(`${prediction} [${p.shape.join(', ')}] and ${projection} [${z.shape.join(', ')}] are not two vectors of one length`);
  const axis = emit.integer(0);
  const [first = '', second = ''] = emit.graph.ops(2, 'Split', [axis, z.ref], { T: attribute.type('float32'), num_split: attribute.integer(2) });
  const other = emit.op('ConcatV2', [second, first, axis], 'float32', { N: attribute.integer(2), Tidx: attribute.type('int32') });
  // A row of zeros has cosine 0 and no gradient, not NaN.
  const inverse = (rows: Ref) => emit.op('Rsqrt', [emit.add(emit.reduce('Sum', emit.multiply(rows, rows), [1], true), emit.number(1e-12))], 'float32');
  const shrink = inverse(p.ref);
  const own = emit.multiply(p.ref, shrink), wanted = emit.multiply(other, inverse(other));
  const cosine = emit.reduce('Sum', emit.multiply(own, wanted), [1], true);
  pass.addGradient(p, () => {
    const rows = emit.reduce('Sum', emit.op('OnesLike', [cosine], 'float32'), [0, 1]);
    const scale = emit.op('RealDiv', [emit.number(-coefficient), rows], 'float32');
    return emit.multiply(emit.multiply(emit.subtract(wanted, emit.multiply(own, cosine)), shrink), scale);
  });
  return emit.multiply(emit.reduce('Mean', cosine, [0, 1]), emit.number(-coefficient));
};
