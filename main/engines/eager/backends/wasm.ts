// tfjs's WebAssembly backend, imported here only: started with our gradient kernels, and made to say when its memory is full.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { setThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { StudioError } from '#contract/errors.ts';
import { convFilterGradient, convInputGradient, type ConvolutionAttributes, type Size } from '../kernels/convolution.ts';
import { depthwiseFilterGradient, depthwiseInputGradient } from '../kernels/depthwise.ts';
import { shiftedMaxPoolGradient } from '../kernels/max-pool.ts';
import { slice, type HeapBackend } from '../kernels/slice.ts';

export const version = `tfjs wasm ${version_wasm}`;

let started: Promise<void> | undefined;

/** Starts the backend `wasm` once per process. It has one thread in Node. */
export function start(): Promise<void> {
  return started ??= (async () => {
    const files = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
    setWasmPaths(files + sep);
    setThreadsCount(1);
    if (!await tf.setBackend('wasm')) throw new StudioError('engine', 'engine.wasm-does-not-start', {}, 'The wasm engine does not start in this process.');
    refuseWhenFull(tf.backend() as unknown as { readonly wasm: Allocator }); // a member that tfjs does not type
    registerKernels();
  })();
}

interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Emscripten's malloc answers 0 when the 4 GB of WebAssembly are used up, and the backend would write there. */
function refuseWhenFull({ wasm }: { readonly wasm: Allocator }): void {
  wasm._free(wasm._malloc(1)); // Emscripten puts the real function in its place at the first call
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address === 0 && bytes > 0) {
      throw new StudioError('engine', 'engine.out-of-memory', {}, 'The wasm engine is out of memory: it has at most 4 GB. Use smaller batches or smaller pictures.');
    }
    return address;
  };
}

/** Attributes of a gradient kernel: those of the convolution, and the shape of what is asked for. */
type Attributes = ConvolutionAttributes & { readonly inputShape: Size; readonly filterShape: Size };

function registerKernels(): void {
  // tfjs types neither the inputs nor the attributes of a kernel.
  const gradient = (name: string, make: (inputs: Readonly<Record<string, Tensor4D>>, attributes: Attributes) => Tensor4D) =>
    replaceKernel(name, ({ inputs, attrs }) => tf.tidy(() => make(inputs as unknown as Record<string, Tensor4D>, attrs as unknown as Attributes)));
  gradient('Conv2DBackpropInput', ({ dy, filter }, attributes) => convInputGradient(dy!, filter!, attributes.inputShape, attributes));
  gradient('Conv2DBackpropFilter', ({ x, dy }, attributes) => convFilterGradient(x!, dy!, attributes.filterShape, attributes));
  gradient('DepthwiseConv2dNativeBackpropInput', ({ dy, filter }, attributes) => depthwiseInputGradient(dy!, filter!, attributes.inputShape, attributes));
  gradient('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, attributes) => depthwiseFilterGradient(x!, dy!, attributes.filterShape, attributes));
  replaceKernel('MaxPoolGrad', shiftedMaxPoolGradient(tf.getKernel('MaxPoolGrad', 'wasm').kernelFunc));
  const tfjsSlice = tf.getKernel('Slice', 'wasm').kernelFunc;
  replaceKernel('Slice', (call) => {
    const x = call.inputs['x'] as Tensor;
    return x.dtype === 'float32' ? slice(x, call.attrs as unknown as Parameters<typeof slice>[1], call.backend as HeapBackend) : tfjsSlice(call);
  });
}

function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  const old = tf.getKernel(kernelName, 'wasm');
  if (old) tf.unregisterKernel(kernelName, 'wasm');
  // The old one's set-up stays: it binds the functions of the WebAssembly module that a wrapped kernel calls.
  tf.registerKernel({ ...old, kernelName, backendName: 'wasm', kernelFunc });
}
