// Where a stretch of tfjs work happens: on one backend, with nothing left behind, and with WebAssembly's own errors in a sentence.
import * as tf from '@tensorflow/tfjs-core';
import { StudioError } from '#contract/errors.ts';
import type { Tensor as Numbers } from '../../tensor.ts';

/** Runs `compute`, which gives plain data, on a backend that has been started. All tensors made meanwhile end, but those that tf.keep holds. */
export function onBackend<T>(backend: string, compute: () => T): T {
  // Asynchronous by its type only: a started backend is current when the call returns.
  if (tf.getBackend() !== backend) void tf.setBackend(backend);
  tf.engine().startScope();
  try {
    return compute();
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeError') {
      throw new StudioError('engine', 'engine.wasm-stopped', { detail: error.message }, `The wasm engine stopped (${error.message}), most likely for want of memory. Use smaller batches or smaller pictures.`, { cause: error });
    }
    throw error;
  } finally {
    tf.engine().endScope();
  }
}

/** Tensors alive in all backends of this process. */
export function tensorsAlive(): number {
  return tf.engine().memory().numTensors;
}

/** [n, ...shape] as a tensor of the backend. @throws Error for another shape */
export function pictures(input: Numbers, shape: readonly number[], network: string): tf.Tensor {
  const [n, ...rest] = input.shape;
  if (rest.join() !== shape.join() || input.data.length !== n! * shape.reduce((product, size) => product * size, 1)) {
    throw new Error(`${network} takes [n, ${shape.join(', ')}], not [${input.shape.join(', ')}] with ${input.data.length} numbers`);
  }
  return tf.tensor(input.data, [...input.shape], 'float32');
}

/** Numbers of a tensor, copied out of the backend. */
export function numbers(tensor: tf.Tensor): Numbers {
  return { shape: tensor.shape, data: tensor.dataSync<'float32'>() };
}
