// The head alone first, then all stages at rates from low to high over one cycle: the recipe of fast.ai's fine_tune (Howard and Gugger 2020).
import { decimal, integer, withDefault } from './params.ts';
import { head, hidden, hiddenLayers, rates, spreadRates, stages, training, trainingRecipe, trainPhase } from './shared.ts';
import { stagesIn, withHead } from './stages.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const discriminative = defineStrategy({
  id: 'discriminative',
  group: 'rate',
  title: 'Discriminative rates',
  summary: 'A new head alone first, then all stages, their rates equidistant as multiples between the lowest and half the highest, rising and falling in one cycle.',
  params: {
    ...training,
    epochs: withDefault(training.epochs, 6), schedule: withDefault(training.schedule, 'one-cycle'), augmentation: withDefault(training.augmentation, 'natural'),
    headEpochs: integer({ label: 'Epochs of the head', default: 2, min: 1, max: 100, help: 'Epochs in which only the new head is trained.' }),
    lowestRate: decimal({ label: 'Lowest rate', default: 1e-5, min: 1e-9, max: 10, help: 'Rate of the earliest trained stage; the others rise to the learning rate in equal multiples.' }),
    stages: withDefault(stages, 50),
    hidden, head,
  },
  recipe: (values, count) => {
    const trained = withHead(stagesIn(values.stages, count), count);
    return {
      ...plainRecipe,
      ...trainingRecipe(values),
      phases: [
        trainPhase('Head', rates(count, 1, values.learningRate, 1), { ...values, epochs: values.headEpochs }),
        // Half the rate once all stages move, as fast.ai does.
        trainPhase('All', spreadRates(count, trained, Math.min(values.lowestRate, values.learningRate / 2), values.learningRate / 2), values),
      ],
      hidden: hiddenLayers(values.hidden),
      head: values.head,
    };
  },
});
