// Logarithms of the probabilities that a softmax gives.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** Of each row. */
export function logSoftmax(logits: Tensor2D): Tensor2D {
  const shifted = tf.sub(logits, tf.max(logits, 1, true)); // so that exp cannot overflow
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
}
