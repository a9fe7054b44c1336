// What this folder holds: the engine that compiles networks into TensorFlow graphs.
export { openCompiledEngine } from './engine.ts';
export type { CompiledEngineOptions } from './engine.ts';
