// Tensor arithmetic that the rules share, written so that it is exact on every tfjs backend and fast on wasm.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Margins } from '../../nets/index.ts';

/** Runs one kernel of the current backend by name: for gradients, which tfjs-core does not export as operations. */
export function kernel(name: string, inputs: Readonly<Record<string, Tensor>>, attributes: Readonly<Record<string, unknown>>): Tensor {
  // A kernel with one output gives a tensor; the type of runKernel covers all kernels.
  return tf.engine().runKernel(name, { ...inputs }, attributes as tf.NamedAttrMap) as Tensor;
}

/** tf.tidy for results that hold more than tensors: the tensors in them survive, all others made by `compute` end. */
export function tidied<T>(compute: () => T): T {
  // tfjs walks plain objects of any kind, though its type only names containers of tensors.
  return tf.tidy(compute as () => tf.TensorContainer) as T;
}

/** Mean over height and width: [n, h, w, c] -> [n, 1, 1, c]. One axis at a time, so that float32 sums stay short; pooling is the fastest reduction on wasm. */
export function positionMeans(x: Tensor4D): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const rows = meanOfRuns(tf.reshape(x, [n * height, width, 1, channels]));
  return meanOfRuns(tf.reshape(rows, [n, height, 1, channels]));
}

/** Mean over all but the last axis: [..., c] -> [c]. */
export function channelMeans(x: Tensor): Tensor1D {
  const channels = x.shape.at(-1)!;
  const [n, height, width] = x.rank === 4 ? (x as Tensor4D).shape : [x.size / channels, 1, 1];
  const perPicture = positionMeans(tf.reshape(x, [n, height, width, channels]));
  return tf.reshape(meanOfRuns(tf.reshape(perPicture, [1, n, 1, channels])), [channels]);
}

/** Sum over all but the last axis: [..., c] -> [c]. */
export function channelSums(x: Tensor): Tensor1D {
  return tf.mul(channelMeans(x), x.size / x.shape.at(-1)!);
}

/** [runs, length, 1, c] -> [runs, 1, 1, c] */
function meanOfRuns(x: Tensor4D): Tensor4D {
  const length = x.shape[1];
  return length === 1 ? x : tf.avgPool(x, [length, 1], 1, 'valid');
}

/** Matrix product, either side transposed first: wasm multiplies transposed matrices ten times slower than it transposes them. */
export function product(a: Tensor2D, b: Tensor2D, transposed: { readonly a?: boolean; readonly b?: boolean } = {}): Tensor2D {
  return tf.matMul(transposed.a ? tf.transpose(a) : a, transposed.b ? tf.transpose(b) : b);
}

/** Puts `value` around the maps. */
export function padMaps(x: Tensor4D, [top, bottom, left, right]: Margins, value = 0): Tensor4D {
  return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]], value);
}

/** Takes margins away again. */
export function cropMaps(x: Tensor4D, [top, bottom, left, right]: Margins): Tensor4D {
  if (top === 0 && bottom === 0 && left === 0 && right === 0) return tf.clone(x);
  const [n, height, width, channels] = x.shape;
  return tf.slice(x, [0, top, left, 0], [n, height - top - bottom, width - left - right, channels]);
}

/** Spreads the maps: `step - 1` zeros after every pixel, in both directions: [n, h, w, c] -> [n, h * step, w * step, c]. */
export function spreadMaps(x: Tensor4D, step: number): Tensor4D {
  if (step === 1) return x;
  const [n, height, width, channels] = x.shape;
  // As matrices, whose padding is a copy of whole rows.
  const columns = tf.pad(tf.reshape(x, [n * height * width, channels]), [[0, 0], [0, channels * (step - 1)]]);
  const row = width * step * channels;
  return tf.reshape(tf.pad(tf.reshape(columns, [n * height, row]), [[0, 0], [0, row * (step - 1)]]), [n, height * step, width * step, channels]);
}

/** Repeats every pixel in both directions: [n, h, w, c] -> [n, h * factor, w * factor, c]. */
export function repeatPixels(x: Tensor4D, factor: number): Tensor4D {
  const [n, height, width, channels] = x.shape;
  const times = (matrix: Tensor2D) => tf.concat(Array.from({ length: factor }, () => matrix), 1);
  const columns = times(tf.reshape(x, [n * height * width, channels]));
  return tf.reshape(times(tf.reshape(columns, [n * height, width * factor * channels])), [n, height * factor, width * factor, channels]);
}

/** Takes every `step`-th row and column from the first: [h, w, ...] -> [ceil(h / step), ceil(w / step), ...]. For filters. */
export function everyNth(filter: Tensor4D, step: number): Tensor4D {
  if (step === 1) return filter;
  const [height, width, a, b] = filter.shape;
  return tf.stridedSlice(filter, [0, 0, 0, 0], [height, width, a, b], [step, step, 1, 1]) as Tensor4D;
}

/** A filter with `step - 1` zeros between its taps: what a dilated convolution slides. */
export function dilateFilter(filter: Tensor4D, step: number): Tensor4D {
  if (step === 1) return filter;
  const [height, width, a, b] = filter.shape;
  const spread = spreadMaps(tf.reshape(filter, [1, height, width, a * b]), step);
  return tf.reshape(cropMaps(spread, [0, step - 1, 0, step - 1]), [(height - 1) * step + 1, (width - 1) * step + 1, a, b]);
}
