// Fine-tuning with something that holds the network back: parameters and phase that such strategies share.
import type { Regulariser } from '../regularisers/index.ts';
import { decimal, withDefault } from './params.ts';
import type { ValuesOf } from './params.ts';
import { head, rates, stages, training, trainingRecipe, trainPhase } from './shared.ts';
import type { Recipe } from './strategy.ts';
import { plainRecipe } from './strategy.ts';

/** The common recipe of regularised fine-tuning: the backbone at a tenth of the head's rate. */
export const regularisedTraining = {
  ...training,
  learningRate: withDefault(training.learningRate, 0.01), augmentation: withDefault(training.augmentation, 'natural'),
  backboneRate: decimal({ label: 'Rate of the backbone', default: 0.1, min: 1e-4, max: 1, help: 'Share of the learning rate at which the pretrained stages are trained.' }),
  stages: withDefault(stages, 50),
  head,
} as const;

/** One phase of steps under regularisers. */
export function regularised(values: ValuesOf<typeof regularisedTraining>, count: number, regularisers: readonly Regulariser[]): Recipe {
  const own = rates(count, values.stages, values.learningRate, 1).map((rate, stage) => (rate === null || stage === count - 1 ? rate : rate * values.backboneRate));
  return { ...plainRecipe, ...trainingRecipe(values), phases: [trainPhase('Fine-tune', own, values)], head: values.head, regularisers };
}
