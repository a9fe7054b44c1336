// Cross-entropy of one sigmoid per class, averaged over the classes.
import type { BinaryCrossEntropyTerm } from '../../loss-terms.ts';
import { perPosition } from './per-position.ts';

/**
 * l = mean over c of max(x, 0) - x t + log(1 + exp(-|x|)), the form that never overflows; dl/dx = (sigmoid(x) - t) / classes.
 */
export const binaryCrossEntropy = perPosition<BinaryCrossEntropyTerm>((emit, logits, target, _term, classes) => {
  const unary = (name: string, x: string) => emit.op(name, [x], 'float32');
  const tail = unary('Log1p', unary('Exp', unary('Neg', unary('Abs', logits))));
  const terms = emit.add(emit.subtract(unary('Relu', logits), emit.multiply(logits, target)), tail);
  const difference = emit.subtract(unary('Sigmoid', logits), target);
  return { each: emit.reduce('Mean', terms, [1]), gradient: emit.multiply(difference, emit.number(1 / classes)) };
});
