// Linear probing, then fine-tuning: the head is fitted before the network moves, so that its first gradients do not spoil the features (Kumar et al. 2022).
import { withDefault } from './params.ts';
import { layerDecay, penalty, rates, stages, training, trainingRecipe, trainPhase, views } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const lpFt = defineStrategy({
  id: 'lp-ft',
  group: 'how-much',
  title: 'Probe, then fine-tune',
  summary: 'Fits the head first, then trains the last stages a little further at a low rate. Keeps the probe when that does not help: the safe choice.',
  // A network with frozen norms reacts strongly: at 1e-3 without a limit the fitted head is lost again on BreastMNIST.
  params: { ...training, learningRate: withDefault(training.learningRate, 3e-4), stages, layerDecay: withDefault(layerDecay, 1), penalty, views },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [
      { kind: 'fit', name: 'Fit the head', head: 'logistic' },
      trainPhase('Fine-tune', rates(count, values.stages, values.learningRate, values.layerDecay), values),
    ],
    views: values.augmentation === 'none' ? 0 : values.views,
    penalty: values.penalty === 0 ? null : values.penalty,
  }),
});
