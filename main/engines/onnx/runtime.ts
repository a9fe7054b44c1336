// ONNX Runtime, imported here only: opens ONNX files and runs them on the processor.
import { createRequire } from 'node:module';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import type { Tensor } from '../../tensor.ts';

/** Version of the installed ONNX Runtime. */
export const runtimeVersion: string = createRequire(import.meta.url)('onnxruntime-node/package.json').version;

/** An opened file. */
export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** @returns every output by name */
  run(inputs: ReadonlyMap<string, Tensor>): Promise<ReadonlyMap<string, Tensor>>;
  /** Gives the memory back. */
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Threads inside an operator; operators run one after the other. */
  readonly threads: number;
}

/**
 * Opens an ONNX file. All graph optimisations are on: they join operators and choose the layout that suits the processor.
 * @param file the bytes, or a path
 */
export async function openSession(file: Uint8Array | string, { threads }: SessionOptions): Promise<Session> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors only: warnings would go to the standard error of a job, which is kept for crashes.
    logSeverityLevel: 3,
  };
  const session = typeof file === 'string' ? await InferenceSession.create(file, options) : await InferenceSession.create(file, options);
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(inputs) {
      const feeds = Object.fromEntries([...inputs].map(([name, { shape, data }]) => [name, new RuntimeTensor('float32', data, shape)]));
      const results = await session.run(feeds);
      return new Map(Object.entries(results).map(([name, result]) => [name, plain(name, result)]));
    },
    close: () => session.release(),
  };
}

function plain(name: string, result: RuntimeTensor): Tensor {
  if (!(result.data instanceof Float32Array)) throw new Error(`output ${name} holds ${result.type}, not float32`);
  return { shape: result.dims, data: result.data };
}
