// Engines by the names people know.
import type { EngineId } from '#contract/engines.ts';

const titles: Readonly<Record<EngineId, string>> = { tensorflow: 'TensorFlow', wasm: 'WebAssembly', onnx: 'ONNX Runtime' };

export function engineTitle(id: EngineId): string {
  return titles[id];
}

/** A processor is CPU; other devices have names of their own. */
export function deviceName(device: string | null | undefined): string {
  return device === 'cpu' ? 'CPU' : device ?? '';
}
