// One more stage is unfrozen every few epochs, from the head down, each slower than the one above it (ULMFiT, Howard and Ruder 2018).
import { integer, withDefault } from './params.ts';
import { head, hidden, hiddenLayers, layerDecay, rates, stages, training, trainingRecipe, trainPhase } from './shared.ts';
import { stagesIn, withHead } from './stages.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const gradualUnfreezing = defineStrategy({
  id: 'gradual-unfreezing',
  group: 'how-much',
  title: 'Gradual unfreezing',
  summary: 'The head is trained first; then one more stage joins every few epochs, each slower than the next. Each phase goes on from the best so far.',
  params: {
    ...training,
    epochs: withDefault(training.epochs, 4),
    epochsPerStage: integer({ label: 'Epochs per stage', default: 1, min: 1, max: 100, help: 'Epochs before the next stage joins; with the last one training goes on for the epochs above.' }),
    stages: withDefault(stages, 4),
    layerDecay: withDefault(layerDecay, 1 / 2.6), // ULMFiT's
    hidden, head,
  },
  recipe: (values, count) => {
    const order = withHead(stagesIn(values.stages, count), count).sort((a, b) => b - a);
    return {
      ...plainRecipe,
      ...trainingRecipe(values),
      phases: order.map((_, i) => trainPhase(i === 0 ? 'Head' : `${i + 1} stages`, rates(count, order.slice(0, i + 1), values.learningRate, values.layerDecay), { ...values, epochs: i === order.length - 1 ? values.epochs : values.epochsPerStage })),
      hidden: hiddenLayers(values.hidden),
      head: values.head,
    };
  },
});
