// A linear head on the frozen backbone: nothing but a convex problem, so it has one answer.
import { withDefault } from './params.ts';
import { augmentation, classWeights, penalty, views } from './shared.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const featureExtraction = defineStrategy({
  id: 'feature-extraction',
  group: 'how-much',
  title: 'Features and a classifier',
  summary: 'The pretrained network stays as it is; a linear head is fitted on its features, to the end, in seconds. Hard to beat on small sets.',
  params: { penalty, classWeights, augmentation, views: withDefault(views, 2) },
  recipe: (values) => ({
    ...plainRecipe,
    phases: [{ kind: 'fit', name: 'Fit the head', head: 'logistic' }],
    penalty: values.penalty === 0 ? null : values.penalty,
    classWeights: values.classWeights,
    augmentation: values.augmentation,
    views: values.augmentation === 'none' ? 0 : values.views,
  }),
});
