// Nodes that take a part of what they read: the middle of a map, a map out of a vector.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Crop, Part } from '../../../nets/graph.ts';
import { sizeOf } from '../../../tensor.ts';
import type { Rule } from '../rule.ts';

export const crop: Rule<Crop> = ({ node, inputs }) => {
  const x = inputs[0] as Tensor4D;
  const [n, height, width, channels] = x.shape, [top, bottom, left, right] = node.crop;
  return {
    output: tf.slice(x, [0, top, left, 0], [n, height - top - bottom, width - left - right, channels]),
    keeps: [],
    pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.pad(dy, [[0, 0], [top, bottom], [left, right], [0, 0]]) : null] }),
  };
};

export const part: Rule<Part> = ({ node, inputs }) => {
  const x = inputs[0] as Tensor2D;
  const [n, length] = x.shape, size = sizeOf(node.shape);
  return {
    output: tf.reshape(tf.slice(x, [0, node.offset], [n, size]), [n, ...node.shape]),
    keeps: [],
    pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.pad(tf.reshape(dy, [n, size]), [[0, 0], [node.offset, length - node.offset - size]]) : null] }),
  };
};
