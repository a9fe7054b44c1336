// The shape that most losses share: each position of a node's output judged by itself, and summed by its share.
import type { LossTerm } from '../../loss-terms.ts';
import type { Emitter } from '../emitter.ts';
import type { Ref } from '../graph-writer.ts';
import type { LossRule } from './rule.ts';

/**
 * A loss per position, and its derivative.
 * @param logits, target float32 [positions, classes]
 * @returns each: [positions]; gradient of each with regard to its own logits: [positions, classes]
 */
export type PositionRule<T extends LossTerm> = (emit: Emitter, logits: Ref, target: Ref, term: T, classes: number) => { readonly each: Ref; readonly gradient: Ref };

/** The sum over positions of share * loss; all axes of the logits but the last are positions. */
export function perPosition<T extends Extract<LossTerm, { readonly logits: string; readonly target: string }>>(rule: PositionRule<T>): LossRule<T> {
  return (term, { pass, value, target, share }) => {
    const { emit } = pass;
    const logits = pass.cast(value(term.logits), 'float32');
    const classes = logits.shape.at(-1) ?? 0;
    const rows = emit.integers([-1, classes]);
    const { each, gradient } = rule(emit, emit.reshape(logits.ref, rows), emit.reshape(target(term.target), rows), term, classes);
    const weight = emit.multiply(share(term.target), emit.number(term.coefficient));
    pass.addGradient(logits, () => {
      const column = emit.reshape(weight, emit.integers([-1, 1]));
      return emit.reshape(emit.multiply(gradient, column), emit.sizes(logits.ref, 'float32'));
    });
    return emit.reduce('Sum', emit.multiply(each, weight), [0]);
  };
}
