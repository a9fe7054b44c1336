// Cross-entropy of a softmax against target rows.
import type { CrossEntropyTerm } from '../../loss-terms.ts';
import { attribute } from '../graph-writer.ts';
import { perPosition } from './per-position.ts';

/** l = -sum_c target_c log softmax(logits)_c; dl/dlogits = softmax(logits) - target, since the targets of a row sum to 1. */
export const crossEntropy = perPosition<CrossEntropyTerm>((emit, logits, target) => {
  const [each = '', gradient = ''] = emit.graph.ops(2, 'SoftmaxCrossEntropyWithLogits', [logits, target], { T: attribute.type('float32') });
  return { each, gradient };
});
