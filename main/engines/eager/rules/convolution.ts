// Convolutions: full, depthwise, and transposed without overlap.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Conv, ConvTranspose } from '../../../nets/graph.ts';
import { margins, windowOf, type Margins } from '../../../nets/index.ts';
import { channelSums, cropMaps, dilateFilter, everyNth, kernel, padMaps, product } from '../arithmetic.ts';
import type { Rule } from '../rule.ts';

/** tfjs's gradient kernels know `same` and `valid` only; any other padding is made before them. */
export function padding(node: { readonly kernel: number | readonly [number, number]; readonly stride: number; readonly dilation?: number; readonly pad: Conv['pad'] }, [, height, width]: Tensor4D['shape']):
{ readonly before: Margins | null; readonly mode: 'same' | 'valid' } {
  const window = windowOf(node);
  const wanted = margins(node.pad, [height, width], window);
  if (wanted.every((side) => side === 0)) return { before: null, mode: 'valid' };
  if (wanted.join() === margins('same', [height, width], window).join()) return { before: null, mode: 'same' };
  return { before: wanted, mode: 'valid' };
}

/** y = x * weight + bias. A dilated filter is slid with its zeros, so that every backend has its gradient. */
export const conv: Rule<Conv> = ({ node, inputs, parameter }) => {
  const [input] = inputs as readonly [Tensor4D];
  const { before, mode } = padding(node, input.shape);
  const dilation = node.dilation ?? 1;
  const depthwise = node.groups === 'depthwise';
  const x = before ? padMaps(input, before) : input;
  const weight = parameter('weight') as Tensor4D;
  const filter = dilateFilter(weight, dilation);
  const y = depthwise ? tf.depthwiseConv2d(x, filter, node.stride, mode) : tf.conv2d(x, filter, node.stride, mode);
  const names = depthwise
    ? { input: 'DepthwiseConv2dNativeBackpropInput', filter: 'DepthwiseConv2dNativeBackpropFilter' }
    : { input: 'Conv2DBackpropInput', filter: 'Conv2DBackpropFilter' };
  const shared = { strides: [node.stride, node.stride], dilations: [1, 1], pad: mode, dataFormat: 'NHWC' };
  return {
    output: node.bias ? tf.add(y, parameter('bias')) : y,
    keeps: filter === weight ? [x] : [x, filter],
    pull(dy, wanted) {
      const dx = wanted.inputs[0] ? kernel(names.input, { dy, filter }, { ...shared, inputShape: x.shape }) as Tensor4D : null;
      const dFilter = wanted.weight ? kernel(names.filter, { x, dy }, { ...shared, filterShape: filter.shape }) as Tensor4D : undefined;
      return {
        inputs: [dx && before ? cropMaps(dx, before) : dx],
        weight: dFilter && everyNth(dFilter, dilation),
        bias: node.bias && wanted.bias ? channelSums(dy) : undefined,
      };
    },
  };
};

/** Every pixel becomes a block of kernel x kernel pixels: one matrix product, and blocks laid side by side. */
export const convTranspose: Rule<ConvTranspose> = ({ node, inputs, parameter }) => {
  const [x] = inputs as readonly [Tensor4D];
  const [n, height, width, channels] = x.shape;
  const { kernel: k, filters } = node;
  const positions = n * height * width;
  // [k, k, out, in] -> [k * k * out, in]
  const weight = tf.reshape(parameter('weight'), [k * k * filters, channels]) as Tensor2D;
  const blocks = product(tf.reshape(x, [positions, channels]), weight, { b: true });
  const laid = tf.transpose(tf.reshape(blocks, [n * height, width, k, k * filters]), [0, 2, 1, 3]);
  const y = tf.reshape(laid, [n, height * k, width * k, filters]);
  return {
    output: node.bias ? tf.add(y, parameter('bias')) : y,
    keeps: [x, weight],
    pull(dy, wanted) {
      const dBlocks = tf.reshape(tf.transpose(tf.reshape(dy, [n * height, k, width, k * filters]), [0, 2, 1, 3]), [positions, k * k * filters]) as Tensor2D;
      return {
        inputs: [wanted.inputs[0] ? tf.reshape(product(dBlocks, weight), x.shape) : null],
        weight: wanted.weight ? tf.reshape(product(dBlocks, tf.reshape(x, [positions, channels]), { a: true }), [k, k, filters, channels]) : undefined,
        bias: node.bias && wanted.bias ? channelSums(dy) : undefined,
      };
    },
  };
};
