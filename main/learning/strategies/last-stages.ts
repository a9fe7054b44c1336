// The last stages trained together with a new head, the early ones frozen: the second of three uses of a pretrained network.
import { withDefault } from './params.ts';
import { head, hidden, hiddenLayers, layerDecay, rates, stages, training, trainingRecipe, trainPhase, views } from './shared.ts';
import { stagesIn, withHead } from './stages.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const lastStages = defineStrategy({
  id: 'last-stages',
  group: 'how-much',
  title: 'Last layers',
  summary: 'The early stages stay as they are; the last ones are trained together with a new head. Between features and a classifier and training all layers.',
  params: { ...training, stages: withDefault(stages, 2), layerDecay: withDefault(layerDecay, 1), hidden, head, views },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Train the last stages', rates(count, withHead(stagesIn(values.stages, count), count), values.learningRate, values.layerDecay), values)],
    views: values.augmentation === 'none' ? 0 : values.views,
    hidden: hiddenLayers(values.hidden),
    head: values.head,
  }),
});
