// All stages at one rate that steps down: the plainest fine-tuning, as in PyTorch's tutorial on transfer learning.
import { withDefault } from './params.ts';
import { head, hidden, hiddenLayers, rates, training, trainingRecipe, trainPhase } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const oneRate = defineStrategy({
  id: 'one-rate',
  group: 'rate',
  title: 'One rate for all',
  summary: 'Every stage is trained at the same rate, which steps down twice. The plainest fine-tuning: what the finer rates have to beat.',
  params: { ...training, schedule: withDefault(training.schedule, 'step'), augmentation: withDefault(training.augmentation, 'natural'), hidden, head: withDefault(head, 'uniform') },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Fine-tune', rates(count, count, values.learningRate, 1), values)],
    hidden: hiddenLayers(values.hidden),
    head: values.head,
  }),
});
