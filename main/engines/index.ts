// What this folder offers: the engines of this machine, and the one to use for a purpose.
export { doctor, openEngine } from './choose.ts';
export type { EngineChoice, OpenedEngine } from './choose.ts';
export type { Batch, Engine, Optimizer, Rates, Runner, RunnerSpec, Step, Trainer, TrainerSpec } from './engine.ts';
export type { LossTerm } from './loss-terms.ts';
