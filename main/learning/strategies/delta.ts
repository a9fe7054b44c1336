// Fine-tuning whose maps stay near the pretrained ones, where the classes depend on them (Li et al. 2019).
import { decimal, withDefault } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const delta = defineStrategy({
  id: 'delta',
  group: 'few-labels',
  title: 'DELTA',
  summary: 'Fits the head, finds the channels that the classes depend on, and fine-tunes with the maps of those channels held near the pretrained ones.',
  params: {
    ...regularisedTraining,
    learningRate: withDefault(regularisedTraining.learningRate, 0.003), weightDecay: withDefault(regularisedTraining.weightDecay, 0), stages: withDefault(regularisedTraining.stages, 3),
    backbone: decimal({ label: 'Hold on the maps', default: 0.5, min: 0, max: 1000, help: 'Weight of the distance between the maps of the trained stages and the pretrained ones, beside the loss of a picture.' }),
    headDecay: decimal({ label: 'Pull of the head', default: 0.01, min: 0, max: 1000, help: 'Strength of the pull of the new head to zero.' }),
  },
  recipe: (values, count) => {
    const recipe = regularised(values, count, [{ kind: 'delta', backbone: values.backbone, head: values.headDecay }]);
    // The channels are judged by what a fitted head makes of them.
    return { ...recipe, phases: [{ kind: 'fit', name: 'Fit the head', head: 'logistic' }, ...recipe.phases] };
  },
});
