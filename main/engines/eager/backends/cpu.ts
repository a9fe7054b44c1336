// tfjs's backend in plain JavaScript, imported here only. Slow, and independent of every native library: for tests.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

export const version = `tfjs cpu ${tf.version_core}`;

/** Makes sure that the backend `cpu` is there. */
export async function start(): Promise<void> {
  await tf.setBackend('cpu');
}
