// Scores that say, before any training, how well features suit a task. They rank; they predict no accuracy.
export { logme } from './logme.ts';
export { hScore, shrunkHScore } from './h-score.ts';
export type { ShrunkHScore } from './h-score.ts';
export { leep, nce } from './source-classes.ts';
export type { SourceOutputs } from './source-classes.ts';
export { symmetricEigen } from './symmetric-eigen.ts';
export type { Features } from './spectrum.ts';
