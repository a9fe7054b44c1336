// Any set of stages trained together with a new head: selective freezing.
import { withDefault } from './params.ts';
import { head, hidden, hiddenLayers, layerDecay, rates, stages, training, trainingRecipe, trainPhase } from './shared.ts';
import { stagesIn, withHead } from './stages.ts';
import { defineStrategy, plainRecipe } from './strategy.ts';

export const chosenStages = defineStrategy({
  id: 'chosen-stages',
  group: 'how-much',
  title: 'Chosen stages',
  summary: 'Exactly the stages that you pick are trained, wherever they stand, together with a new head; all others keep every bit.',
  params: { ...training, stages: withDefault(stages, 2), layerDecay: withDefault(layerDecay, 1), hidden, head },
  recipe: (values, count) => ({
    ...plainRecipe,
    ...trainingRecipe(values),
    phases: [trainPhase('Train the chosen stages', rates(count, withHead(stagesIn(values.stages, count), count), values.learningRate, values.layerDecay), values)],
    hidden: hiddenLayers(values.hidden),
    head: values.head,
  }),
});
