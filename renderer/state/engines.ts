// Engines by the names people know.
import type { EngineId } from '#contract/engines.ts';

const titles: Readonly<Record<EngineId, string>> = { tensorflow: 'TensorFlow', wasm: 'WebAssembly', onnx: 'ONNX Runtime' };

export function engineTitle(id: EngineId): string {
  return titles[id];
}
