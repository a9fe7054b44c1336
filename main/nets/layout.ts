// Reordering of parameters between PyTorch's layout, in which they are stored, and TensorFlow's, in which engines take them.
import { sizeOf } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import type { Parameter } from './parameters.ts';
import type { Shape } from './shapes.ts';

/**
 * A reordering: read the numbers as `split`, permute the axes, and read the result as `shape`.
 *
 * | layout          | PyTorch             | TensorFlow          |
 * | conv            | [out, in, h, w]     | [h, w, in, out]     |
 * | depthwise       | [channels, 1, h, w] | [h, w, channels, 1] |
 * | convTranspose   | [in, out, h, w]     | [h, w, out, in]     |
 * | dense           | [out, in]           | [in, out]           |
 * | flattened-dense | [out, (c, h, w)]    | [(h, w, c), out]    |
 * | vector          | [n]                 | [n]                 |
 */
interface Reordering {
  readonly split: Shape;
  readonly axes: readonly number[];
  readonly shape: Shape;
}

/** Shape of a parameter as an engine holds it. */
export function tensorflowShape(parameter: Parameter): Shape {
  return reordering(parameter).shape;
}

/** From a state dict's order to TensorFlow's. Also for what has the parameter's shape: gradients, optimizer slots. */
export function toTensorflow(data: Float32Array, parameter: Parameter): Tensor {
  const { split, axes, shape } = reordering(parameter);
  return { shape, data: permute(checked(data, parameter), split, axes) };
}

/** From TensorFlow's order to a state dict's. */
export function fromTensorflow(data: Float32Array, parameter: Parameter): Tensor {
  const { split, axes } = reordering(parameter);
  const permuted = axes.map((axis) => at(split, axis));
  const back = axes.map((_, axis) => axes.indexOf(axis));
  return { shape: parameter.shape, data: permute(checked(data, parameter), permuted, back) };
}

function reordering(parameter: Parameter): Reordering {
  const { shape } = parameter;
  const permuted = (axes: readonly number[]): Reordering => ({ split: shape, axes, shape: axes.map((axis) => at(shape, axis)) });
  switch (parameter.layout) {
    case 'conv': return permuted([2, 3, 1, 0]);
    case 'depthwise': return permuted([2, 3, 0, 1]);
    case 'convTranspose': return permuted([2, 3, 1, 0]);
    case 'dense': return permuted([1, 0]);
    case 'vector': return permuted([0]);
    case 'flattened-dense': {
      const [height, width, channels] = [at(parameter.map, 0), at(parameter.map, 1), at(parameter.map, 2)];
      const out = at(shape, 0);
      return { split: [out, channels, height, width], axes: [2, 3, 1, 0], shape: [height * width * channels, out] };
    }
  }
}

/** Transposes a row-major array: axis i of the result is axis axes[i] of the source. */
function permute(source: Float32Array, shape: Shape, axes: readonly number[]): Float32Array {
  if (axes.every((axis, i) => axis === i)) return source.slice();
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const result = new Float32Array(source.length);
  const extents = axes.map((axis) => at(shape, axis));
  const steps = axes.map((axis) => at(strides, axis));
  let write = 0;
  const walk = (axis: number, read: number): void => {
    const extent = at(extents, axis);
    const step = at(steps, axis);
    if (axis === axes.length - 1) for (let i = 0; i < extent; i++) result[write++] = source[read + i * step]!;
    else for (let i = 0; i < extent; i++) walk(axis + 1, read + i * step);
  };
  walk(0, 0);
  return result;
}

function checked(data: Float32Array, parameter: Parameter): Float32Array {
  if (data.length !== sizeOf(parameter.shape)) throw new Error(`${parameter.name}: ${data.length} numbers for shape [${parameter.shape}]`);
  return data;
}

function at(list: ArrayLike<number>, index: number): number {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no element ${index} in a list of ${list.length}`);
  return value;
}
