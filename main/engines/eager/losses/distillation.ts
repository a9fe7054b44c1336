// Closeness to the softened answer of a teacher.
import * as tf from '@tensorflow/tfjs-core';
import type { DistillationTerm } from '../../loss-terms.ts';
import { logSoftmax } from './log-softmax.ts';
import { perPosition } from './per-position.ts';

export const distillation = perPosition<DistillationTerm>((logits, target, { temperature }) => {
  const own = logSoftmax(tf.div(logits, temperature)), taught = logSoftmax(tf.div(target, temperature));
  const wanted = tf.exp(taught);
  return { each: tf.sum(tf.mul(wanted, tf.sub(taught, own)), 1, true), slope: tf.div(tf.sub(tf.exp(own), wanted), temperature) };
});
