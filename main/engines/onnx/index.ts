// What this folder holds: networks as ONNX files, and the engine that runs them in ONNX Runtime.
export { openOnnxEngine } from './engine.ts';
export type { OnnxEngineOptions } from './engine.ts';
export { openSession, runtimeVersion } from './runtime.ts';
export type { Session } from './runtime.ts';
export { OPSET } from './model.ts';
export { INPUT_NAME, writeOnnx } from './write.ts';
export type { OnnxOutput, OnnxSpec } from './write.ts';
