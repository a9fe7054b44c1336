// Pull of parameters towards anchors.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { AnchorPenaltyTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

export const anchorPenalty: LossRule<AnchorPenaltyTerm> = ({ anchors, importance }, { parameter, constant }) => {
  const pulls = new Map<string, Tensor>();
  let value: Scalar = tf.scalar(0);
  for (const name of anchors.keys()) {
    const away = tf.sub(parameter(name), constant(anchors, name));
    const pull = importance ? tf.mul(away, constant(importance, name)) : away;
    value = tf.add(value, tf.mul(tf.sum(tf.mul(pull, away)), 0.5));
    pulls.set(name, pull);
  }
  return { value, parameters: pulls };
};
