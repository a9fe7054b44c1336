// Soft Dice loss: overlap of probabilities and target per class over the whole batch.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { DiceTerm } from '../../loss-terms.ts';
import { logSoftmax } from './log-softmax.ts';
import type { LossRule } from './rule.ts';

/** The formulas stand with the term's other rule, in the compiled engine. */
export const dice: LossRule<DiceTerm> = ({ logits: node, target: key, smooth }, { output, target, share }) => {
  const logits = output(node);
  const classes = logits.shape.at(-1)!, rows: [number, number] = [logits.size / classes, classes];
  const p = tf.exp(logSoftmax(tf.reshape(logits, rows))), t = tf.reshape(target(key), rows) as Tensor2D, s = share(key);
  const over = (x: tf.Tensor) => tf.sum(x, 0, true);
  const st = tf.mul(s, t), inTarget = over(st);
  const e = tf.mul(tf.sum(tf.square(s)), 2 * smooth);
  const numerator = tf.add(tf.mul(over(tf.mul(st, p)), 2), e);
  // Never 0: without smoothing a class that is neither there nor said would divide by it.
  const denominator = tf.maximum(tf.add(tf.add(over(tf.mul(s, p)), inTarget), e), 1e-30);
  const ratio = tf.div(numerator, denominator);
  const scale = tf.div(tf.cast(tf.greater(inTarget, 0), 'float32'), classes);
  const g = tf.mul(tf.mul(tf.div(scale, denominator), s), tf.sub(ratio, tf.mul(t, 2)));
  const slope = tf.mul(p, tf.sub(g, tf.sum(tf.mul(g, p), 1, true)));
  return { value: tf.sum(tf.mul(scale, tf.sub(1, ratio))) as Scalar, outputs: new Map([[node, tf.reshape(slope, logits.shape)]]) };
};
