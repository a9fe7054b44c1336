// Soft Dice loss: overlap of probabilities and target per class over the whole batch.
import type { DiceTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/**
 * With shares s that sum to 1, I_c = sum_i s p t, D_c = sum_i s p + sum_i s t + e and e = 2 smooth sum_i s^2 (2 smooth over the number of pixels where all count alike):
 * L = mean over c of 1 - (2 I_c + e) / D_c where the class is in the target, else 0.
 * dL/dp_ic = s_i / classes ((2 I_c + e) / D_c^2 - 2 t_ic / D_c); through the softmax dL/dz = p (g - sum_c g p).
 */
export const dice: LossRule<DiceTerm> = ({ logits: node, target: key, smooth, coefficient }, { pass, value, target, share }) => {
  const { emit } = pass;
  const logits = pass.cast(value(node), 'float32');
  const classes = logits.shape.at(-1) ?? 0;
  const rows = emit.integers([-1, classes]);
  const divide = (a: string, b: string) => emit.op('RealDiv', [a, b], 'float32');
  const over = (x: string) => emit.reduce('Sum', x, [0]);
  const t = emit.reshape(target(key), rows), p = emit.op('Softmax', [emit.reshape(logits.ref, rows)], 'float32');
  const s = emit.reshape(share(key), emit.integers([-1, 1]));
  const st = emit.multiply(s, t), inTarget = over(st);
  const e = emit.multiply(emit.number(2 * smooth), emit.reduce('Sum', emit.multiply(s, s), [0, 1]));
  const numerator = emit.add(emit.multiply(emit.number(2), over(emit.multiply(st, p))), e);
  // Never 0: without smoothing a class that is neither there nor said would divide by it.
  const denominator = emit.op('Maximum', [emit.add(emit.add(over(emit.multiply(s, p)), inTarget), e), emit.number(1e-30)], 'float32');
  const there = emit.cast(emit.op('Greater', [inTarget, emit.number(0)], 'float32'), 'bool', 'float32');
  const ratio = divide(numerator, denominator);
  const scale = emit.multiply(there, emit.number(coefficient / classes));
  pass.addGradient(logits, () => {
    const g = emit.multiply(emit.multiply(divide(scale, denominator), s), emit.subtract(ratio, emit.multiply(emit.number(2), t)));
    const mean = emit.reduce('Sum', emit.multiply(g, p), [1], true);
    return emit.reshape(emit.multiply(p, emit.subtract(g, mean)), emit.sizes(logits.ref, 'float32'));
  });
  return over(emit.multiply(scale, emit.subtract(emit.number(1), ratio)));
};
