// Slicing on wasm without the copy of the whole input that tfjs-backend-wasm 4.22 makes for every slice.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** What of the backend a kernel that moves numbers itself needs. */
export interface HeapBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  /** A view of the tensor's numbers, valid until the next allocation. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
}

/** Slice of a float32 tensor: runs of neighbouring numbers are copied from heap to heap. */
export function slice(x: Tensor, { begin, size }: { readonly begin: readonly number[]; readonly size: readonly number[] }, backend: HeapBackend): TensorInfo {
  const [from, extent] = tf.slice_util.parseSliceParams(x, [...begin], [...size]) as [number[], number[]];
  const output = backend.makeOutput(extent, 'float32');
  if (extent.includes(0)) return output;
  const source = backend.typedArrayFromHeap(x), target = backend.typedArrayFromHeap(output);
  // Trailing axes that are taken whole belong to one run.
  let axis = x.rank - 1;
  while (axis > 0 && extent[axis] === x.shape[axis]) axis--;
  const strides = x.shape.map((_, i) => x.shape.slice(i + 1).reduce((product, n) => product * n, 1));
  const run = (extent[axis] ?? 1) * (strides[axis] ?? 1);
  let write = 0;
  const walk = (depth: number, read: number): void => {
    const start = read + (from[depth] ?? 0) * (strides[depth] ?? 1);
    if (depth >= axis) {
      target.set(source.subarray(start, start + run), write);
      write += run;
    } else for (let i = 0; i < extent[depth]!; i++) walk(depth + 1, start + i * strides[depth]!);
  };
  walk(0, 0);
  return output;
}
