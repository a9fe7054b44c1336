// Nearest neighbours on frozen features: a baseline that needs no training at all.
import { integer } from './params.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const knn = defineStrategy({
  id: 'knn',
  group: 'few-labels',
  title: 'Nearest neighbours',
  summary: 'Each picture gets the class of the training pictures that look most alike to the pretrained network. Ready at once; the baseline for all others.',
  params: { neighbours: integer({ label: 'Neighbours', default: 0, min: 0, max: 99, help: 'How many training pictures vote; 0 chooses 5 or 11 on the training partition, subjects kept together.' }) },
  recipe: ({ neighbours }) => ({ ...plainRecipe, phases: [{ kind: 'fit', name: 'Collect neighbours', head: 'knn' }], neighbours: neighbours === 0 ? null : neighbours }),
});
