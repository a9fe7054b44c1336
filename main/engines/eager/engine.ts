// The engine that runs networks node by node on a tfjs backend: `wasm` for everybody, the others to check engines against each other.
import { StudioError, assertNever } from '#contract/errors.ts';
import type { Engine, Runner, RunnerSpec, Trainer, TrainerSpec } from '../engine.ts';
import type { NativeBinding } from '../native-binding.ts';
import { openEagerRunner } from './runner.ts';
import { tensorsAlive } from './scope.ts';
import { openEagerTrainer } from './trainer.ts';

export type EagerBackend =
  | { readonly kind: 'wasm' }
  /** Plain JavaScript: for tests. */
  | { readonly kind: 'cpu' }
  /** tfjs-node's kernels on the binding of an engine pack: for tests. */
  | { readonly kind: 'tensorflow'; readonly binding: NativeBinding };

/** Opens the engine. It computes in float32. */
export async function openEagerEngine(backend: EagerBackend = { kind: 'wasm' }): Promise<Engine> {
  const { kind } = backend;
  const version = await start(backend);
  const open = new Set<Runner | Trainer>();
  const opened = <T extends Runner | Trainer>(make: (closed: () => void) => T): T => {
    const program = make(() => open.delete(program));
    open.add(program);
    return program;
  };
  return {
    id: kind === 'tensorflow' ? 'tensorflow' : 'wasm',
    device: 'cpu',
    version,
    async runner(spec) {
      refuseBfloat16(spec);
      return opened((closed) => openEagerRunner(kind, spec, closed));
    },
    async trainer(spec) {
      refuseBfloat16(spec);
      return opened((closed) => openEagerTrainer(kind, spec, closed));
    },
    liveTensors: tensorsAlive,
    async close() {
      await Promise.all([...open].map((program) => program.close()));
    },
  };
}

/** Each backend is loaded only when it is asked for. @returns its version */
async function start(backend: EagerBackend): Promise<string> {
  switch (backend.kind) {
    case 'wasm': {
      const wasm = await import('./backends/wasm.ts');
      await wasm.start();
      return wasm.version;
    }
    case 'cpu': {
      const cpu = await import('./backends/cpu.ts');
      await cpu.start();
      return cpu.version;
    }
    case 'tensorflow': {
      const native = await import('./backends/native.ts');
      await native.start(backend.binding);
      return `TensorFlow ${backend.binding.TF_Version}`;
    }
    default:
      return assertNever(backend);
  }
}

function refuseBfloat16({ precision }: RunnerSpec | TrainerSpec): void {
  if (precision !== 'float32') {
    throw new StudioError('engine', 'wasm.precision', { precision }, `The wasm engine computes in float32, not in ${precision}. Choose float32, or the tensorflow engine.`);
  }
}
