// Focal loss of a softmax: positions that are right already count little.
import * as tf from '@tensorflow/tfjs-core';
import type { FocalTerm } from '../../loss-terms.ts';
import { logSoftmax } from './log-softmax.ts';
import { perPosition } from './per-position.ts';

/** With u = sum_c t_c log p_c and a = sum_c alpha_c t_c: l = -a (1 - e^u)^gamma u; dl/du = a (gamma (1 - e^u)^(gamma - 1) e^u u - (1 - e^u)^gamma), du/dz = t - p. */
export const focal = perPosition<FocalTerm>((logits, target, { gamma, alpha }) => {
  const logProbabilities = logSoftmax(logits);
  const u = tf.sum(tf.mul(target, logProbabilities), 1, true);
  const sure = tf.exp(u), unsure = tf.relu(tf.sub(1, sure)); // rounding may make it negative
  const a = alpha ? tf.sum(tf.mul(target, tf.tensor2d([...alpha], [1, alpha.length])), 1, true) : tf.sum(target, 1, true);
  const damping = tf.pow(unsure, gamma);
  const slope = tf.mul(a, tf.sub(tf.mul(tf.mul(tf.pow(unsure, gamma - 1), gamma), tf.mul(sure, u)), damping));
  return { each: tf.neg(tf.mul(a, tf.mul(damping, u))), slope: tf.mul(slope, tf.sub(target, tf.exp(logProbabilities))) };
});
