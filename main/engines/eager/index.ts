// What this folder holds: the engine that runs networks node by node on a tfjs backend.
export { openEagerEngine } from './engine.ts';
export type { EagerBackend } from './engine.ts';
