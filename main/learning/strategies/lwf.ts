// Fine-tuning beside the old head, which goes on giving its old answers (Li and Hoiem 2016).
import { decimal } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const lwf = defineStrategy({
  id: 'lwf',
  group: 'forgetting',
  title: 'Learning without forgetting',
  summary: 'Keeps the old head beside the new one and trains it to answer the new pictures as it did before. Needs no picture of the old task.',
  params: {
    ...regularisedTraining,
    lambda: decimal({ label: 'Strength', default: 4, min: 0, max: 1000, help: 'Weight of the old answers beside the new classes.' }),
    temperature: decimal({ label: 'Temperature', default: 3, min: 0.1, max: 100, help: 'Higher lets the small probabilities of the old answers count more.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'lwf', lambda: values.lambda, temperature: values.temperature }]),
});
