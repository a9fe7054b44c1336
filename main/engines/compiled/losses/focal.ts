// Focal loss of a softmax: positions that are right already count little.
import type { FocalTerm } from '../../loss-terms.ts';
import { perPosition } from './per-position.ts';

/** With u = sum_c t_c log p_c and a = sum_c alpha_c t_c: l = -a (1 - e^u)^gamma u; dl/du = a (gamma (1 - e^u)^(gamma - 1) e^u u - (1 - e^u)^gamma), du/dz = t - p. */
export const focal = perPosition<FocalTerm>((emit, logits, target, { gamma, alpha }, classes) => {
  const unary = (name: string, x: string) => emit.op(name, [x], 'float32');
  const power = (x: string, exponent: number) => emit.op('Pow', [x, emit.number(exponent)], 'float32');
  const u = emit.reduce('Sum', emit.multiply(target, unary('LogSoftmax', logits)), [1]);
  const sure = unary('Exp', u);
  const unsure = unary('Relu', emit.subtract(emit.number(1), sure)); // rounding may make it negative
  const weighted = emit.multiply(target, emit.graph.constant('float32', [1, classes], alpha ?? new Array<number>(classes).fill(1)));
  const a = emit.reduce('Sum', weighted, [1]);
  const damping = power(unsure, gamma);
  const slope = emit.multiply(a, emit.subtract(emit.multiply(emit.multiply(emit.number(gamma), power(unsure, gamma - 1)), emit.multiply(sure, u)), damping));
  return {
    each: unary('Neg', emit.multiply(a, emit.multiply(damping, u))),
    gradient: emit.multiply(emit.reshape(slope, emit.integers([-1, 1])), emit.subtract(target, unary('Softmax', logits))),
  };
});
