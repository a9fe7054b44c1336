// The gradient of max pooling on wasm, corrected.
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor } from '@tensorflow/tfjs-core';

/**
 * MaxPoolGrad of tfjs-backend-wasm 4.22 starts its search for the largest value at the smallest positive number,
 * so it is wrong in windows without one: negative inputs are shifted above zero first, which moves no maximum.
 */
export function shiftedMaxPoolGradient(original: KernelFunc): KernelFunc {
  return (call) => tf.tidy(() => {
    const input = call.inputs['input'] as Tensor;
    const smallest = tf.min(input).dataSync()[0]!;
    const shifted = smallest < 0 ? tf.add(input, 1 - smallest) : input;
    return original({ ...call, inputs: { ...call.inputs, input: shifted } }) as Tensor;
  });
}
