// All stages trained at once, the early ones slower.
import { withDefault } from './params.ts';
import { head, layerDecay, rates, training, trainingRecipe, trainPhase } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const fineTune = defineStrategy({
  id: 'fine-tune',
  group: 'how-much',
  title: 'Fine-tune everything',
  summary: 'Trains the whole pretrained network, early stages slower. Takes longest and needs more pictures; can win when they look unlike photographs.',
  params: { ...training, epochs: withDefault(training.epochs, 15), augmentation: withDefault(training.augmentation, 'natural'), layerDecay, head },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Fine-tune', rates(count, count, values.learningRate, values.layerDecay), values)],
    head: values.head,
  }),
});
