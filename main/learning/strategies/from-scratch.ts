// Training from random weights: the control that shows what the pretraining was worth.
import { withDefault } from './params.ts';
import { hidden, hiddenLayers, rates, training, trainingRecipe, trainPhase } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const fromScratch = defineStrategy({
  id: 'from-scratch',
  group: 'how-much',
  title: 'From scratch',
  summary: 'Starts from random weights. Needs many pictures and much time; useful as the control that shows what pretraining was worth.',
  params: {
    ...training,
    epochs: withDefault(training.epochs, 60), optimizer: withDefault(training.optimizer, 'adamw'), weightDecay: withDefault(training.weightDecay, 0.05),
    batchNorm: withDefault(training.batchNorm, 'training'), batchSize: withDefault(training.batchSize, 32), patience: withDefault(training.patience, 15),
    augmentation: withDefault(training.augmentation, 'natural'),
    hidden,
  },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Train', rates(count, count, values.learningRate, 1), values)],
    hidden: hiddenLayers(values.hidden),
    pretrained: false,
  }),
});
