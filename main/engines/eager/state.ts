// What a network knows between steps: parameters, statistics and optimizer slots as tensors of the backend, by name.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Network } from '../../nets/graph.ts';
import { fromTensorflow, parameters, toTensorflow, type Parameter } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';

/** Slots are named `<parameter>/<slot>`. Outside, everything is in PyTorch's layout; inside, in TensorFlow's. */
export class State {
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #tensors = new Map<string, Tensor>();

  constructor(network: Network) {
    this.#parameters = new Map(parameters(network).map((parameter) => [parameter.name, parameter]));
  }

  /** @throws Error for a name that the network does not have */
  check(name: string): void {
    this.#parameter(name);
  }

  /** @throws Error for a name that the network does not have, or another number of elements */
  load(values: TensorMap): void {
    for (const [name, { data }] of values) {
      const { shape, data: ordered } = toTensorflow(data, this.#parameter(name));
      this.set(name, tf.tensor(ordered, [...shape], 'float32'));
    }
  }

  save(options: { readonly slots: boolean }): TensorMap {
    const names = [...this.#tensors.keys()].filter((name) => options.slots || !name.includes('/'));
    return new Map(names.map((name) => [name, this.read(name, this.get(name))]));
  }

  /** Numbers of a tensor that has a parameter's shape, in PyTorch's layout. */
  read(name: string, tensor: Tensor): { readonly shape: readonly number[]; readonly data: Float32Array } {
    return fromTensorflow(tensor.dataSync<'float32'>(), this.#parameter(name));
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`no value for ${name} has been loaded`);
    return tensor;
  }

  /** A slot, zero until it is first set. */
  slot(parameter: string, slot: string): Tensor {
    return this.#tensors.get(`${parameter}/${slot}`) ?? tf.zerosLike(this.get(parameter));
  }

  /** Takes the tensor over; the old one ends. */
  set(name: string, tensor: Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, tf.keep(tensor));
  }

  clearSlots(): void {
    for (const [name, tensor] of this.#tensors) {
      if (!name.includes('/')) continue;
      tensor.dispose();
      this.#tensors.delete(name);
    }
  }

  close(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  #parameter(name: string): Parameter {
    const parameter = this.#parameters.get(name.split('/')[0]!);
    if (!parameter) throw new Error(`the network has no parameter ${name}`);
    return parameter;
  }
}
