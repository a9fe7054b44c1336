// Cross-entropy of one sigmoid per class, averaged over the classes.
import * as tf from '@tensorflow/tfjs-core';
import type { BinaryCrossEntropyTerm } from '../../loss-terms.ts';
import { perPosition } from './per-position.ts';

/** max(x, 0) - x t + log(1 + exp(-|x|)): no exponential of a large number. */
export const binaryCrossEntropy = perPosition<BinaryCrossEntropyTerm>((logits, target) => {
  const each = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, target)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  return { each: tf.mean(each, 1, true), slope: tf.div(tf.sub(tf.sigmoid(logits), target), logits.shape[1]) };
});
