// Hidden layers on the features of the frozen backbone, trained by steps.
import { withDefault } from './params.ts';
import { hidden, hiddenLayers, rates, training, trainingRecipe, trainPhase, views } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const hiddenHead = defineStrategy({
  id: 'hidden-head',
  group: 'head',
  title: 'Hidden layers on features',
  summary: 'The network stays as it is; a head of 512 and 128 units with dropout is trained on its features, with one sigmoid where there are two classes.',
  params: {
    hidden: withDefault(hidden, '512-128'),
    ...training,
    dropout: withDefault(training.dropout, 0.5), output: withDefault(training.output, 'auto'), optimizer: withDefault(training.optimizer, 'adamw'), views,
  },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Train the head', rates(count, 1, values.learningRate, 1), values)],
    views: values.augmentation === 'none' ? 0 : values.views,
    hidden: hiddenLayers(values.hidden),
    head: 'uniform',
  }),
});
