// Fine-tuning that spares the weights on which the old task depends (Kirkpatrick et al. 2017).
import { decimal, integer, withDefault } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const ewc = defineStrategy({
  id: 'ewc',
  group: 'forgetting',
  title: 'Elastic weights (EWC)',
  summary: 'Measures on which weights the old answers depend, and pulls each back in that measure: the others are free to learn.',
  params: {
    ...regularisedTraining,
    weightDecay: withDefault(regularisedTraining.weightDecay, 0),
    lambda: decimal({ label: 'Strength', default: 100, min: 0, max: 1e6, help: 'lambda / 2 times the squared distance, weighted by the Fisher information. It depends on the task: try powers of ten.' }),
    pictures: integer({ label: 'Pictures for the measure', default: 200, min: 1, max: 10_000, help: 'How many pictures the Fisher information is measured on: those of the model that the run begins with, or else the training pictures.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'ewc', lambda: values.lambda, pictures: values.pictures }]),
});
