// Fine-tuning that is pulled back to where it began, instead of to zero (Li, Grandvalet and Davoine 2018).
import { decimal, withDefault } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const l2Sp = defineStrategy({
  id: 'l2-sp',
  group: 'forgetting',
  title: 'L2-SP',
  summary: 'Fine-tunes all stages and pulls each weight back to its pretrained value, so that it moves only as far as the pictures demand. The simplest cure of forgetting.',
  params: {
    ...regularisedTraining,
    weightDecay: withDefault(regularisedTraining.weightDecay, 0),
    alpha: decimal({ label: 'Pull to the start', default: 0.01, min: 0, max: 1000, help: 'Strength of the pull on pretrained weights: alpha / 2 times the squared distance. Usual are 0.001 to 1.' }),
    beta: decimal({ label: 'Pull of the head', default: 0.01, min: 0, max: 1000, help: 'Strength of the pull of the new head to zero.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'l2-sp', alpha: values.alpha, beta: values.beta }]),
});
