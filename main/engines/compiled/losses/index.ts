// Terms of a loss, by kind. A new one is a file beside this and a line in `rules`.
import type { LossTerm } from '../../engine.ts';
import type { Emitter } from '../emitter.ts';
import type { Ref } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';

/**
 * A loss per position, and its derivative.
 * @param logits, target float32 [positions, classes]
 * @returns each: [positions]; gradient of each with regard to its own logits: [positions, classes]
 */
export type LossRule = (emit: Emitter, logits: Ref, target: Ref, classes: number) => { readonly each: Ref; readonly gradient: Ref };

const rules: Readonly<Record<LossTerm['kind'], LossRule>> = {
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
};

/**
 * Emits coefficient * sum over positions of share * loss, and adds its gradient at the logits.
 * @param logits of any shape [n, ..., classes]; all but the last axis are positions
 * @param target of the same shape
 * @param share [positions]: how much each counts
 * @returns a scalar
 */
export function emitLoss(pass: Pass, term: LossTerm, value: Value, target: Ref, share: Ref): Ref {
  const { emit } = pass;
  const logits = pass.cast(value, 'float32');
  const classes = logits.shape.at(-1) ?? 0;
  const rows = emit.integers([-1, classes]);
  const { each, gradient } = rules[term.kind](emit, emit.reshape(logits.ref, rows), emit.reshape(target, rows), classes);
  const weight = emit.multiply(share, emit.number(term.coefficient));
  pass.addGradient(logits, () => {
    const column = emit.reshape(weight, emit.integers([-1, 1]));
    return emit.reshape(emit.multiply(gradient, column), emit.sizes(logits.ref, 'float32'));
  });
  return emit.reduce('Sum', emit.multiply(each, weight), [0]);
}
