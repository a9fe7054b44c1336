// Batch normalisation, with stored statistics or with those of the batch (Ioffe and Szegedy 2015; moved as PyTorch moves them).
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Norm } from '../../../nets/graph.ts';
import { channelMeans, channelSums } from '../arithmetic.ts';
import type { Rule } from '../rule.ts';

export const norm: Rule<Norm> = (call) => (call.batchStatistics ? withBatchStatistics(call) : withStoredStatistics(call));

/** y = (x - mean) * scale + bias with scale = weight / sqrt(variance + eps), as one product and one sum. */
function affine(x: Tensor, mean: Tensor, scale: Tensor, bias: Tensor): Tensor {
  return tf.add(tf.mul(x, scale), tf.sub(bias, tf.mul(mean, scale)));
}

const withStoredStatistics: Rule<Norm> = ({ node, inputs, parameter }) => {
  const x = inputs[0]!;
  const mean = parameter('running_mean');
  const inverse = tf.rsqrt(tf.add(parameter('running_var'), node.eps));
  const scale = tf.mul(inverse, parameter('weight'));
  return {
    output: affine(x, mean, scale, parameter('bias')),
    keeps: [x, inverse, scale],
    pull: (dy, wanted) => ({
      inputs: [wanted.inputs[0] ? tf.mul(dy, scale) : null],
      weight: wanted.weight ? tf.mul(channelSums(tf.mul(dy, tf.sub(x, mean))), inverse) : undefined,
      bias: wanted.bias ? channelSums(dy) : undefined,
    }),
  };
};

const withBatchStatistics: Rule<Norm> = ({ node, inputs, parameter }) => {
  const x = inputs[0]!;
  const count = x.size / x.shape.at(-1)!;
  const mean = channelMeans(x);
  const variance = channelMeans(tf.square(tf.sub(x, mean)));
  const inverse = tf.rsqrt(tf.add(variance, node.eps));
  const scale = tf.mul(inverse, parameter('weight'));
  const moved = (old: Tensor, fresh: Tensor) => tf.add(tf.mul(old, 1 - node.momentum), tf.mul(fresh, node.momentum));
  // The biased variance normalises, the unbiased one is remembered.
  const unbiased = tf.mul(variance, count / Math.max(count - 1, 1));
  return {
    output: affine(x, mean, scale, parameter('bias')),
    keeps: [x, mean, inverse, scale],
    statistics: { running_mean: moved(parameter('running_mean'), mean), running_var: moved(parameter('running_var'), unbiased) },
    pull(dy, wanted) {
      const dBias = channelMeans(dy);
      const dWeight = tf.mul(channelMeans(tf.mul(dy, tf.sub(x, mean))), inverse);
      // dx = scale * (dy - mean(dy) - x^ * mean(dy * x^)), ordered as two products with vectors and one sum.
      const slope = tf.mul(tf.mul(scale, inverse), dWeight);
      const offset = tf.sub(tf.mul(slope, mean), tf.mul(scale, dBias));
      return {
        inputs: [wanted.inputs[0] ? tf.add(tf.sub(tf.mul(dy, scale), tf.mul(x, slope)), offset) : null],
        weight: wanted.weight ? tf.mul(dWeight, count) : undefined,
        bias: wanted.bias ? tf.mul(dBias, count) : undefined,
      };
    },
  };
};
