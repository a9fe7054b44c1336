// Cross-entropy of a softmax against target rows.
import * as tf from '@tensorflow/tfjs-core';
import type { CrossEntropyTerm } from '../../loss-terms.ts';
import { logSoftmax } from './log-softmax.ts';
import { perPosition } from './per-position.ts';

export const crossEntropy = perPosition<CrossEntropyTerm>((logits, target) => {
  const logProbabilities = logSoftmax(logits);
  return {
    each: tf.neg(tf.sum(tf.mul(target, logProbabilities), 1, true)),
    slope: tf.sub(tf.mul(tf.exp(logProbabilities), tf.sum(target, 1, true)), target),
  };
});
