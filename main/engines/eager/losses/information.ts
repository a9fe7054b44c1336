// Answers that are sure one by one and varied together.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { InformationTerm } from '../../loss-terms.ts';
import { logSoftmax } from './log-softmax.ts';
import type { LossRule } from './rule.ts';

export const information: LossRule<InformationTerm> = ({ logits: node }, { output }) => {
  const logits = output(node), classes = logits.shape.at(-1)!, rows = logits.size / classes;
  const logs = logSoftmax(tf.reshape(logits, [rows, classes]));
  const p = tf.exp<Tensor2D>(logs);
  // A class that no position has any probability for would have the logarithm of 0.
  const apart = tf.sub(tf.log(tf.add(tf.mean(p, 0, true), 1e-12)), logs);
  const each = tf.sum(tf.mul(p, apart), 1, true);
  return { value: tf.mean<Scalar>(each), outputs: new Map([[node, tf.reshape(tf.div(tf.mul(p, tf.sub(apart, each)), rows), logits.shape)]]) };
};
