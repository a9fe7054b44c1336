// Closeness to the softened answer of a teacher.
import type { DistillationTerm } from '../../loss-terms.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import { perPosition } from './per-position.ts';

/** l = cross-entropy of q against p less the entropy of p; dl/dlogits = (q - p) / temperature. */
export const distillation = perPosition<DistillationTerm>((emit, logits, target, { temperature }) => {
  const inverse = emit.number(1 / temperature);
  const taught = emit.multiply(target, inverse);
  const wanted = emit.op('Softmax', [taught], 'float32');
  const against = (own: Ref) => {
    const [each = '', gradient = ''] = emit.graph.ops(2, 'SoftmaxCrossEntropyWithLogits', [own, wanted], { T: attribute.type('float32') });
    return { each, gradient };
  };
  const { each, gradient } = against(emit.multiply(logits, inverse));
  return { each: emit.subtract(each, against(taught).each), gradient: emit.multiply(gradient, inverse) };
});
