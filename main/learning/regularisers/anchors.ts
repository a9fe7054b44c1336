// Points that parameters are pulled to.
import type { Tensor, TensorMap } from '../../tensor.ts';

/** The tensors with these names. */
export function chosen(values: TensorMap, names: ReadonlySet<string>): TensorMap {
  return new Map([...names].map((name): [string, Tensor] => {
    const tensor = values.get(name);
    if (!tensor) throw new Error(`no value of ${name}`);
    return [name, tensor];
  }));
}

/** Zeros in the shapes of tensors. */
export function zerosOf(values: TensorMap): TensorMap {
  return new Map([...values].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]));
}
