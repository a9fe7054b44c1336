// Fine-tuning on pictures between pictures (Zhang et al. 2018).
import { decimal } from './params.ts';
import { regularised, regularisedTraining } from './regularised.ts';
import { defineStrategy } from './strategy.ts';

export const mixup = defineStrategy({
  id: 'mixup',
  group: 'overfitting',
  title: 'Mixup',
  summary: 'Fine-tunes on pairs of pictures laid over each other, with their classes in the same shares, so that single pictures cannot be learned by heart.',
  params: {
    ...regularisedTraining,
    mixing: decimal({ label: 'Mixing', default: 0.2, min: 0.01, max: 10, help: 'Shares are drawn from Beta(a, a) with this a: small keeps most pictures nearly whole, 1 mixes in any share.' }),
  },
  recipe: (values, count) => regularised(values, count, [{ kind: 'mixup', alpha: values.mixing }]),
});
