// Numbers with a shape, as they travel between rooms. No tensor library.

/** Row-major float32 numbers. Parameters lie in PyTorch's layout (OIHW, [out, in]); pictures and activations in NHWC. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
/** Tensors by name: parameters and statistics under timm's names, optimizer slots as `<parameter>/<slot>`. */
export type TensorMap = ReadonlyMap<string, Tensor>;

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
