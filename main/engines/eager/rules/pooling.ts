// Pooling: largest, mean over a window, mean over the whole map, means over the cells of a grid.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { AdaptivePool, AvgPool, GlobalPool, MaxPool } from '../../../nets/graph.ts';
import { adaptiveWeights, margins, windowOf } from '../../../nets/index.ts';
import { cropMaps, kernel, padMaps, positionMeans } from '../arithmetic.ts';
import type { Rule } from '../rule.ts';
import { padding } from './convolution.ts';

/** Of equal values the first one, row by row, gets the gradient. */
export const maxPool: Rule<MaxPool> = ({ node, inputs }) => {
  const [input] = inputs as readonly [Tensor4D];
  const { before, mode } = padding(node, input.shape);
  // Anything below the smallest value does as minus infinity: every window holds a real pixel.
  const x = before ? padMaps(input, before, tf.min(input).dataSync()[0]! - 1) : input;
  const y = tf.maxPool(x, node.kernel, node.stride, mode);
  return {
    output: y,
    keeps: [x, y],
    pull(dy, wanted) {
      if (!wanted.inputs[0]) return { inputs: [null] };
      const dx = kernel('MaxPoolGrad', { dy, input: x, output: y }, { filterSize: [node.kernel, node.kernel], strides: [node.stride, node.stride], pad: mode }) as Tensor4D;
      return { inputs: [before ? cropMaps(dx, before) : dx] };
    },
  };
};

/** Zeros around the map count in the mean. Backwards it is a depthwise convolution with a constant filter. */
export const avgPool: Rule<AvgPool> = ({ node, inputs }) => {
  const [input] = inputs as readonly [Tensor4D];
  const [, height, width, channels] = input.shape;
  const before = margins(node.pad, [height, width], windowOf(node));
  const padded = before.some((side) => side > 0) ? padMaps(input, before) : input;
  const inputShape = padded.shape;
  return {
    output: tf.avgPool(padded, node.kernel, node.stride, 'valid'),
    keeps: [],
    pull(dy, wanted) {
      if (!wanted.inputs[0]) return { inputs: [null] };
      const filter = tf.fill([node.kernel, node.kernel, channels, 1], 1 / node.kernel ** 2);
      const dx = kernel('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { strides: [node.stride, node.stride], dilations: [1, 1], pad: 'valid', inputShape });
      return { inputs: [cropMaps(dx as Tensor4D, before)] };
    },
  };
};

export const globalPool: Rule<GlobalPool> = ({ node, inputs }) => {
  const [x] = inputs as readonly [Tensor4D];
  const [n, height, width, channels] = x.shape;
  return {
    output: tf.reshape(positionMeans(x), node.keepDims ? [n, 1, 1, channels] : [n, channels]),
    keeps: [],
    pull: (dy, wanted) => ({
      inputs: [wanted.inputs[0] ? tf.mul(tf.reshape(dy, [n, 1, 1, channels]), tf.fill([1, height, width, 1], 1 / (height * width))) : null],
    }),
  };
};

/** One matrix product per picture, with the share of each pixel in each cell. */
export const adaptivePool: Rule<AdaptivePool> = ({ node, inputs }) => {
  const [x] = inputs as readonly [Tensor4D];
  const [n, height, width, channels] = x.shape;
  const pixels = height * width, cells = node.size[0] * node.size[1];
  const weights = tf.tensor2d(adaptiveWeights(node, [height, width]), [cells, pixels]);
  return {
    output: tf.reshape(tf.matMul(tf.reshape(weights, [1, cells, pixels]), tf.reshape(x, [n, pixels, channels])), [n, ...node.size, channels]),
    keeps: [weights],
    pull: (dy, wanted) => ({
      inputs: [wanted.inputs[0] ? tf.reshape(tf.matMul(tf.reshape(tf.transpose(weights), [1, pixels, cells]), tf.reshape(dy, [n, cells, channels])), x.shape) : null],
    }),
  };
};
