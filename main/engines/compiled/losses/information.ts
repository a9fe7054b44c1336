// Answers that are sure one by one and varied together.
import type { InformationTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/** a = log mean p - log p; L = coefficient mean over positions of sum_c p_c a_c; dL/dlogits = coefficient / positions p (a - sum_c p_c a_c). */
export const information: LossRule<InformationTerm> = ({ logits: node, coefficient }, { pass, value }) => {
  const { emit } = pass;
  const logits = pass.cast(value(node), 'float32');
  const rows = emit.reshape(logits.ref, emit.integers([-1, logits.shape.at(-1) ?? 0]));
  const logs = emit.op('LogSoftmax', [rows], 'float32');
  const p = emit.op('Exp', [logs], 'float32');
  // A class that no position has any probability for would have the logarithm of 0.
  const together = emit.op('Log', [emit.add(emit.reduce('Mean', p, [0], true), emit.number(1e-12))], 'float32');
  const apart = emit.subtract(together, logs);
  const each = emit.reduce('Sum', emit.multiply(p, apart), [1], true);
  pass.addGradient(logits, () => {
    const ones = emit.op('OnesLike', [each], 'float32');
    const scale = emit.op('RealDiv', [emit.number(coefficient), emit.reduce('Sum', ones, [0, 1])], 'float32');
    return emit.reshape(emit.multiply(emit.multiply(p, emit.subtract(apart, each)), scale), emit.sizes(logits.ref, 'float32'));
  });
  return emit.multiply(emit.reduce('Mean', each, [0, 1]), emit.number(coefficient));
};
