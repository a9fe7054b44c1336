// Gradient kernels of the depthwise convolution (one filter per channel), which tfjs-backend-wasm 4.22 lacks.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { channelSums, padMaps } from '../arithmetic.ts';
import { marginsOf, spreadGradient, turned, type ConvolutionAttributes, type Size } from './convolution.ts';

/** DepthwiseConv2dNativeBackpropInput: a depthwise convolution of dy with the filter turned by 180 degrees. */
export function depthwiseInputGradient(dy: Tensor4D, filter: Tensor4D, inputShape: Size, attributes: ConvolutionAttributes): Tensor4D {
  const { maps, pad } = spreadGradient(dy, inputShape, filter.shape, attributes);
  return tf.depthwiseConv2d(maps, turned(filter), 1, pad);
}

/**
 * DepthwiseConv2dNativeBackpropFilter: for every tap, dy times the pixels under the tap, summed per channel.
 * dy is laid out on the grid of the padded input, zeros between, so the pixels under a tap are the same rows of numbers some places further on.
 */
export function depthwiseFilterGradient(x: Tensor4D, dy: Tensor4D, filterShape: Size, attributes: ConvolutionAttributes): Tensor4D {
  const [height, width, channels] = filterShape;
  const stride = attributes.strides[0];
  const [n, rows, columns] = x.shape;
  const { top, bottom, left, right } = marginsOf(x.shape, filterShape, attributes);
  // To a whole number of strides; and one picture of zeros more, for the last taps to look into.
  const extra = (size: number) => (stride - (size % stride)) % stride;
  const padded: Tensor4D = tf.pad(x, [[0, 1], [top, bottom + extra(rows + top + bottom)], [left, right + extra(columns + left + right)], [0, 0]]);
  const gridRows = padded.shape[1] / stride, gridColumns = padded.shape[2] / stride;
  const grids = everyNthMaps(padded, stride);
  const laid = padMaps(dy, [0, gridRows - dy.shape[1], 0, gridColumns - dy.shape[2]]);
  const taps = Array.from({ length: height * width }, (_, tap) => tf.tidy(() => {
    const i = Math.floor(tap / width), j = tap % width;
    const ahead = Math.floor(i / stride) * gridColumns + Math.floor(j / stride);
    const under = tf.slice(grids[(i % stride) * stride + (j % stride)]!, [ahead, 0], [n * gridRows * gridColumns, channels]);
    return channelSums(tf.mul(tf.reshape(under, laid.shape), laid));
  }));
  return tf.reshape(tf.stack(taps), [height, width, channels, 1]);
}

/**
 * The step x step maps of every step-th row and column, by offset, each as [n * h / step * w / step, c].
 * Cut out of matrices, where a slice copies whole rows: tfjs's strided slice takes numbers one by one.
 */
function everyNthMaps(x: Tensor4D, step: number): Tensor2D[] {
  const [n, height, width, channels] = x.shape;
  const places = (n * height * width) / step ** 2;
  if (step === 1) return [tf.reshape(x, [places, channels])];
  const pairs = tf.reshape(x, [n * height * (width / step), step * channels]);
  const row = (width / step) * channels;
  const byColumn = Array.from({ length: step }, (_, j) => tf.reshape(tf.slice(pairs, [0, j * channels], [-1, channels]), [n * (height / step), step * row]) as Tensor2D);
  return Array.from({ length: step ** 2 }, (_, at) => tf.reshape(tf.slice(byColumn[at % step]!, [0, Math.floor(at / step) * row], [-1, row]), [places, channels]));
}
