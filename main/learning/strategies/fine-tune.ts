// All stages trained at once, the early ones slower.
import { withDefault } from './params.ts';
import { head, hidden, hiddenLayers, layerDecay, rates, training, trainingRecipe, trainPhase } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const fineTune = defineStrategy({
  id: 'fine-tune',
  group: 'how-much',
  title: 'All layers',
  summary: 'Trains the whole pretrained network, early stages slower. Takes longest and needs more pictures; can win when they look unlike photographs.',
  params: { ...training, augmentation: withDefault(training.augmentation, 'natural'), layerDecay, hidden, head },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Fine-tune', rates(count, count, values.learningRate, values.layerDecay), values)],
    hidden: hiddenLayers(values.hidden),
    head: values.head,
  }),
});
