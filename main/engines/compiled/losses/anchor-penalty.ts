// Pull of parameters towards anchors.
import type { AnchorPenaltyTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/** L = coefficient / 2 sum_i importance_i (w_i - anchor_i)^2; dL/dw_i = coefficient importance_i (w_i - anchor_i). */
export const anchorPenalty: LossRule<AnchorPenaltyTerm> = ({ anchors, importance, coefficient }, { pass, constant }) => {
  const { emit } = pass;
  const scale = emit.number(coefficient);
  return emit.sum([...anchors.keys()].map((name) => {
    const parameter = pass.parameter(name);
    if (!parameter.trainable) throw new Error(`${name} has an anchor but is not trained`);
    const away = emit.subtract(parameter.ref, constant(anchors, name));
    const pull = emit.multiply(importance ? emit.multiply(away, constant(importance, name)) : away, scale);
    pass.addParameterGradient(parameter, () => pull);
    const flat = (ref: string) => emit.reshape(ref, emit.integers([-1]));
    return emit.multiply(emit.reduce('Sum', emit.multiply(flat(pull), flat(away)), [0]), emit.number(0.5));
  }));
};
