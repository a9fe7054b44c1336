// The optimizers that a plan can name, with the constants that go with them.
import type { Phase } from '#contract/plan.ts';
import type { Optimizer } from '../engines/engine.ts';

type OptimizerName = Extract<Phase, { kind: 'train' }>['optimizer'];

export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  /** Sutskever et al. 2013, as PyTorch writes it. */
  sgd: { kind: 'sgd', momentum: 0.9, nesterov: true },
  adamw: { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 },
};
