// Closeness to the maps of a teacher, channel by channel.
import * as tf from '@tensorflow/tfjs-core';
import type { FeatureMatchTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

export const featureMatch: LossRule<FeatureMatchTerm> = ({ features, target, attention }, { output, target: taught }) => {
  const maps = output(features);
  const [, height = 1, width = 1, channels = 0] = maps.shape;
  if (maps.rank !== 4 || attention.length !== channels) throw new Error(`${features} has maps of [${maps.shape.slice(1).join(', ')}], the attention ${attention.length} channels`);
  const away = tf.sub(maps, taught(target));
  const pull = tf.mul(away, tf.tensor1d(attention.map((share) => (channels * share) / (height * width))));
  return { value: tf.mul(tf.sum(tf.mul(pull, away)), 0.5), outputs: new Map([[features, pull]]) };
};
