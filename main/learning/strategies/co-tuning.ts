// Fine-tuning that keeps the pretrained classifier and teaches it along, through what its classes say about the new ones (You et al. 2020).
import { decimal } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const coTuning = defineStrategy({
  id: 'co-tuning',
  group: 'few-labels',
  title: 'Co-Tuning',
  summary: 'Keeps the pretrained classifier beside the new head and trains both, the old one towards what its classes say about the new ones. Shown to help most where labels are few.',
  params: {
    ...regularisedTraining,
    lambda: decimal({ label: 'Strength', default: 2.3, min: 0, max: 1000, help: 'Weight of the pretrained classifier beside the new classes.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'co-tuning', lambda: values.lambda }]),
});
