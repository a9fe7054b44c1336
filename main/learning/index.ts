// What the learning room holds: strategies and plans for whoever asks, and the jobs that carry them out.
export { strategies, strategy } from './strategies/index.ts';
export type { Recipe, Strategy } from './strategies/index.ts';
export { makePlan } from './plan.ts';
export type { PlanRequest } from './plan.ts';
