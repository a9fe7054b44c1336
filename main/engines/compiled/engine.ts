// The engine `tensorflow`: networks compiled into static graphs, run by the native TensorFlow library.
import type { Engine, Runner, RunnerSpec, Trainer, TrainerSpec } from '../engine.ts';
import type { NativeBinding } from '../native-binding.ts';
import { compiledRunner } from './runner.ts';
import { compiledTrainer } from './trainer.ts';

export interface CompiledEngineOptions {
  readonly binding: NativeBinding;
  /** What the library runs on, e.g. `cpu`, `gpu:0`. */
  readonly device: string;
}

/**
 * Opens the engine on a loaded binding. Thread counts are TensorFlow's own business: TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS,
 * set in the process before the library is loaded. bfloat16 is for processors that have it (machine.ts): elsewhere it is many times slower, or fails.
 * Each call blocks the thread until TensorFlow is done: use it in a process of its own.
 */
export function openCompiledEngine({ binding, device }: CompiledEngineOptions): Engine {
  const open = new Set<Runner | Trainer>();
  const kept = <T extends Runner | Trainer>(make: (closed: () => void) => T): T => {
    const program = make(() => open.delete(program));
    open.add(program);
    return program;
  };
  return {
    id: 'tensorflow',
    device,
    version: `tensorflow ${binding.TF_Version}`,
    async runner(spec: RunnerSpec) {
      return kept((closed) => compiledRunner(binding, spec, closed));
    },
    async trainer(spec: TrainerSpec) {
      return kept((closed) => compiledTrainer(binding, spec, closed));
    },
    liveTensors: () => binding.getNumOfTensors(),
    async close() {
      await Promise.all([...open].map((program) => program.close()));
    },
  };
}
