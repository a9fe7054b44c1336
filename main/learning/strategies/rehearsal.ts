// Fine-tuning on new pictures together with some of the old ones.
import { decimal } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const rehearsal = defineStrategy({
  id: 'rehearsal',
  group: 'forgetting',
  title: 'Rehearsal',
  summary: 'Mixes pictures of the earlier project into every batch. Remembers best, and needs a model whose project is still there.',
  params: {
    ...regularisedTraining,
    ratio: decimal({ label: 'Old pictures per new one', default: 1, min: 0.01, max: 4, help: 'How many pictures of the earlier project go into a batch for each new one.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'rehearsal', ratio: values.ratio }]),
});
