// Forward passes of a network on a tfjs backend.
import type { Runner, RunnerSpec } from '../engine.ts';
import { runPass } from './pass.ts';
import { numbers, onBackend, pictures } from './scope.ts';
import { State } from './state.ts';

export function openEagerRunner(backend: string, { network, values, outputs }: RunnerSpec, closed: () => void): Runner {
  const state = new State(network);
  onBackend(backend, () => state.load(values));
  return {
    async run(input) {
      return onBackend(backend, () => {
        const pass = runPass(pictures(input, network.input, network.id), { network, value: (name) => state.get(name), outputs });
        return new Map([...pass.outputs].map(([id, tensor]) => [id, numbers(tensor)]));
      });
    },
    async close() {
      onBackend(backend, () => state.close());
      closed();
    },
  };
}
