// Nodes that only move or drop numbers: enlarging, padding, flattening, dropout.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Dropout, Flatten, Resize, ZeroPad } from '../../../nets/graph.ts';
import { fnv1a32, philox } from '../../../random.ts';
import { product, repeatPixels } from '../arithmetic.ts';
import type { Rule } from '../rule.ts';

export const resize: Rule<Resize> = ({ node, inputs }) => {
  const [x] = inputs as readonly [Tensor4D];
  const [, height, width] = x.shape;
  const { factor } = node;
  if (node.method === 'nearest') {
    return {
      output: repeatPixels(x, factor),
      keeps: [],
      pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.mul(tf.avgPool(dy as Tensor4D, factor, factor, 'valid'), factor ** 2) : null] }),
    };
  }
  return {
    output: tf.image.resizeBilinear(x, [height * factor, width * factor], false, true),
    keeps: [],
    pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? backThroughBilinear(dy as Tensor4D, factor) : null] }),
  };
};

/** Bilinear enlargement is linear and separable, so its gradient is two products with the transposed weights. tfjs's own gradient forgets the half-pixel centres. */
function backThroughBilinear(dy: Tensor4D, factor: number): Tensor4D {
  const [n, height, width, channels] = dy.shape;
  const columns = tf.transpose(tf.reshape(dy, [n * height, width, channels]), [0, 2, 1]);
  const narrow = product(tf.reshape(columns, [n * height * channels, width]), bilinearWeights(width / factor, factor));
  const row = (width / factor) * channels;
  const rows = tf.transpose(tf.reshape(tf.transpose(tf.reshape(narrow, [n * height, channels, width / factor]), [0, 2, 1]), [n, height, row]), [0, 2, 1]);
  const low = product(tf.reshape(rows, [n * row, height]), bilinearWeights(height / factor, factor));
  return tf.reshape(tf.transpose(tf.reshape(low, [n, row, height / factor]), [0, 2, 1]), [n, height / factor, width / factor, channels]);
}

/** [size * factor, size]: how much each source pixel counts in each enlarged one, with half-pixel centres. */
function bilinearWeights(size: number, factor: number): Tensor2D {
  const weights = new Float32Array(size * factor * size);
  for (let i = 0; i < size * factor; i++) {
    const at = Math.max((i + 0.5) / factor - 0.5, 0);
    const low = Math.min(Math.floor(at), size - 1), high = Math.min(low + 1, size - 1);
    weights[i * size + low]! += 1 - (at - low);
    weights[i * size + high]! += at - low;
  }
  return tf.tensor2d(weights, [size * factor, size]);
}

export const pad: Rule<ZeroPad> = ({ node, inputs }) => {
  const x = inputs[0] as Tensor4D;
  const [top, bottom, left, right] = node.pad;
  return {
    output: tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, node.channels ?? 0]]),
    keeps: [],
    pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.slice(dy, [0, top, left, 0], x.shape) : null] }),
  };
};

/** In row, column, channel order; parameters behind it are reordered when they are loaded. */
export const flatten: Rule<Flatten> = ({ inputs }) => {
  const x = inputs[0]!;
  return {
    output: tf.reshape(x, [x.shape[0]!, x.size / x.shape[0]!]),
    keeps: [],
    pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.reshape(dy, x.shape) : null] }),
  };
};

/** Which numbers are dropped follows from the step's seed, the node's name and the position alone. */
export const dropout: Rule<Dropout> = ({ node, inputs, training, seed }) => {
  const x = inputs[0]!;
  if (!training || node.rate === 0) return { output: tf.clone(x), keeps: [], pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.clone(dy) : null] }) };
  const mask = dropoutMask(x, node, seed);
  return { output: tf.mul(x, mask), keeps: [mask], pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? tf.mul(dy, mask) : null] }) };
};

function dropoutMask(x: Tensor, node: Dropout, seed: readonly [number, number]): Tensor {
  const label = fnv1a32(node.id), kept = 1 / (1 - node.rate), threshold = node.rate * 2 ** 32;
  const mask = new Float32Array(x.size);
  for (let i = 0; i < mask.length; i += 4) {
    const words = philox([i / 4, label, 0, 0], seed);
    for (let j = 0; j < 4 && i + j < mask.length; j++) mask[i + j] = words[j]! < threshold ? 0 : kept;
  }
  return tf.tensor(mask, x.shape);
}
