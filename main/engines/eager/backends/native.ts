// tfjs-node's eager backend on the native binding of an engine pack: an independent check of the compiled engine.
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { NativeBinding } from '../../native-binding.ts';

const require = createRequire(import.meta.url);

let started: NativeBinding | undefined;

/** Registers the backend `tensorflow` on a loaded binding, once per process. */
export async function start(binding: NativeBinding): Promise<void> {
  if (started !== binding) {
    // tfjs-node 4.22 calls functions that Node 23 removed or deprecated (tfjs pull request 8425, merged and never released).
    const util = require('node:util') as { isNullOrUndefined?: unknown; isArray: unknown };
    util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
    util.isArray = Array.isArray;
    // Not the package's own entry: that one looks for a binding at a fixed place.
    require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
    const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend') as {
      readonly NodeJSKernelBackend: new (binding: NativeBinding, packageName: string) => KernelBackend;
    };
    tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'));
    started = binding;
  }
  await tf.setBackend('tensorflow');
}
