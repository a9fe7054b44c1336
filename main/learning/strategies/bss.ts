// Fine-tuning that gives up what does not transfer: the directions in which features hardly differ (Chen et al. 2019).
import { decimal, integer } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const bss = defineStrategy({
  id: 'bss',
  group: 'few-labels',
  title: 'Spectral shrinkage (BSS)',
  summary: 'Fine-tunes and shrinks the weakest directions of the features of each batch, which with few pictures carry more harm than help.',
  params: {
    ...regularisedTraining,
    eta: decimal({ label: 'Strength', default: 0.001, min: 0, max: 100, help: 'Weight of the squares of the smallest singular values.' }),
    count: integer({ label: 'Directions', default: 1, min: 1, max: 16, help: 'How many of the smallest singular values are shrunk.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'bss', eta: values.eta, count: values.count }]),
});
