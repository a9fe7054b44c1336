// The engine `onnx`: forward passes of any network on the processor, by writing it as an ONNX file and handing it to ONNX Runtime.
import { StudioError } from '#contract/errors.ts';
import type { Engine, Runner, RunnerSpec } from '../engine.ts';
import { sizeOf } from '../../tensor.ts';
import { openSession, runtimeVersion } from './runtime.ts';
import { INPUT_NAME, writeOnnx } from './write.ts';

export interface OnnxEngineOptions {
  readonly threads: number;
  /** Whether the writer folds batch norms. ONNX Runtime folds most of them by itself when it opens a file. */
  readonly foldNorms?: boolean;
}

/** Opens the engine. It cannot train, and computes in float32. */
export async function openOnnxEngine({ threads, foldNorms = true }: OnnxEngineOptions): Promise<Engine> {
  const open = new Map<Runner, number>();
  return {
    id: 'onnx',
    device: 'cpu',
    version: `onnxruntime ${runtimeVersion}`,
    async runner(spec) {
      const runner = await openRunner(spec, threads, foldNorms, () => open.delete(runner));
      open.set(runner, spec.values.size);
      return runner;
    },
    liveTensors: () => [...open.values()].reduce((sum, tensors) => sum + tensors, 0),
    async close() {
      await Promise.all([...open.keys()].map((runner) => runner.close()));
    },
  };
}

/** Name of a node's output in a runner's file: a node's own name is taken by the value inside. */
const outputName = (id: string) => `output/${id}`;

async function openRunner({ network, values, outputs, precision }: RunnerSpec, threads: number, foldNorms: boolean, closed: () => void): Promise<Runner> {
  if (precision !== 'float32') {
    throw new StudioError('engine', 'onnx.precision', { precision }, `The onnx engine computes in float32, not in ${precision}. Choose float32, or the tensorflow engine.`);
  }
  const file = writeOnnx({
    network, values, layout: 'nhwc', foldNorms, aboutInput: '',
    outputs: [...new Set(outputs)].map((node) => ({ node, name: outputName(node), about: '' })),
    facts: { graph: network.id, producer: 'Fovea', producerVersion: '', about: '', metadata: {} },
  });
  const session = await openSession(file, { threads });
  let isOpen = true;
  return {
    async run(input) {
      const [, ...shape] = input.shape;
      if (shape.join() !== network.input.join() || input.data.length !== sizeOf(input.shape)) {
        throw new Error(`${network.id} takes [n, ${network.input.join(', ')}], not [${input.shape.join(', ')}] with ${input.data.length} numbers`);
      }
      const results = await session.run(new Map([[INPUT_NAME, input]]));
      return new Map(outputs.map((id) => [id, results.get(outputName(id))!]));
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      closed();
      await session.close();
    },
  };
}
