// Parameters that several strategies have, and the training phase that follows from them.
import { assertNever } from '#contract/errors.ts';
import type { Phase, Schedule } from '#contract/plan.ts';
import { presetIds } from '../augment/index.ts';
import { choice, decimal, integer, stageSet } from './params.ts';
import type { ValuesOf } from './params.ts';
import { stagesIn } from './stages.ts';
import type { Recipe } from './strategy.ts';

export const penalty = decimal({ label: 'Penalty of the head', default: 0, min: 0, max: 1000, help: 'Ridge penalty on standardised features. 0 chooses it by cross-validation on the training partition, subjects kept together.' });
export const classWeights = choice(['none', 'balanced'], { label: 'Class weights', default: 'none', help: 'Balanced gives rare classes the same say; probabilities then no longer follow how common a class is.' });
export const augmentation = choice(presetIds, { label: 'Augmentation', default: 'none', help: 'Random changes of training pictures. X-ray never mirrors; microscopy turns in all directions.' });
export const views = integer({ label: 'Changed views', default: 4, min: 0, max: 32, help: 'With augmentation, how many changed views of each picture go through the frozen stages once and are kept. 0 computes new ones in every epoch.' });

/** Of training by steps. Strategies change defaults with withDefault. */
export const training = {
  epochs: integer({ label: 'Epochs', default: 10, min: 1, max: 1000, help: 'How often every training picture is seen.' }),
  learningRate: decimal({ label: 'Learning rate', default: 0.001, min: 1e-7, max: 10, help: 'The highest rate, that of the head.' }),
  batchSize: integer({ label: 'Batch size', default: 16, min: 1, max: 512, help: 'Pictures per step.' }),
  optimizer: choice(['sgd', 'adamw'], { label: 'Optimizer', default: 'sgd', help: 'SGD with Nesterov momentum 0.9, or AdamW.' }),
  schedule: choice(['cosine', 'one-cycle', 'step', 'constant'], { label: 'Schedule', default: 'cosine', help: 'How the learning rate changes over the phase.' }),
  warmup: decimal({ label: 'Warm-up', default: 0.1, min: 0, max: 0.9, help: 'Share of the phase over which the rate rises from a tenth to its peak. One-cycle has its own rise.' }),
  weightDecay: decimal({ label: 'Weight decay', default: 1e-4, min: 0, max: 1, help: 'Pulls weights towards zero; biases and norms are spared.' }),
  batchNorm: choice(['frozen', 'training'], { label: 'Batch norm', default: 'frozen', help: 'Frozen keeps the statistics of the pretrained network, which is safer with small batches.' }),
  patience: integer({ label: 'Patience', default: 5, min: 0, max: 1000, help: 'Epochs without a lower validation loss before training stops; 0 never stops early. The best epoch is kept in any case.' }),
  minutes: decimal({ label: 'Time limit', default: 0, min: 0, max: 10_080, help: 'Minutes after which training ends with the best epoch so far; 0 sets no limit.' }),
  labelSmoothing: decimal({ label: 'Label smoothing', default: 0, min: 0, max: 0.9, help: 'Share of each target that is spread over all classes.' }),
  dropout: decimal({ label: 'Dropout', default: 0, min: 0, max: 0.9, help: 'Share of what the classifier gets that is dropped at random in training.' }),
  clipNorm: decimal({ label: 'Gradient limit', default: 1, min: 0, max: 1e6, help: 'Largest norm of all gradients together; 0 sets no limit.' }),
  output: choice(['softmax', 'one-sigmoid', 'auto'], { label: 'Output', default: 'softmax', help: 'For one class per picture: a softmax over all classes, one sigmoid for the second of two, or that one wherever there are two.' }),
  classWeights,
  augmentation,
} as const;

export const stages = stageSet({ label: 'Trained stages', default: 3, min: 1, max: 50, help: 'How many stages are trained, counted from the head (more than there are means all), or the names of any stages, joined by commas.' });
/** Where the head is trained by steps from its start: what is fitted at once is linear. */
export const hidden = choice(['none', '64', '128', '256', '512', '512-128'], { label: 'Hidden layers', default: 'none', help: 'Units of dense layers with a ReLU between the pooled features and the classifier; none gives a linear head.' });
export const layerDecay = decimal({ label: 'Layer decay', default: 0.65, min: 0.05, max: 1, help: 'Each stage further from the head learns slower by this factor; 1 gives all the same rate.' });
export const head = choice(['zero', 'uniform'], { label: 'Start of the head', default: 'zero', help: 'Zero says that all classes are equally likely; uniform draws within one over the square root of the features.' });

type TrainingValues = ValuesOf<typeof training>;

function scheduleOf({ schedule, warmup }: Pick<TrainingValues, 'schedule' | 'warmup'>): Schedule {
  switch (schedule) {
    case 'cosine': return { kind: 'cosine', warmup, floor: 0.01 };
    case 'one-cycle': return { kind: 'one-cycle', peakAt: 0.3, start: 1 / 25, end: 1e-5 };
    case 'step': return { kind: 'step', every: 1 / 3, factor: 0.1, warmup };
    case 'constant': return { kind: 'constant', warmup };
    default: return assertNever(schedule);
  }
}

/** @param rates per stage, stem to head; null = frozen */
export function trainPhase(name: string, rates: readonly (number | null)[], values: TrainingValues): Phase {
  const { epochs, optimizer, batchSize, weightDecay, batchNorm, patience } = values;
  return { kind: 'train', name, epochs, rates: [...rates], schedule: scheduleOf(values), optimizer, batchSize, weightDecay, batchNorm, patience: patience === 0 ? null : patience };
}

/** Each of the trained stages (see stages.ts) slower than the next by `decay`, counted over all `count` stages; the others frozen. */
export function rates(count: number, trained: number | string | readonly number[], learningRate: number, decay: number): (number | null)[] {
  const members = new Set(typeof trained === 'object' ? trained : stagesIn(trained, count));
  return Array.from({ length: count }, (_, stage) => (members.has(stage) ? learningRate * decay ** (count - 1 - stage) : null));
}

/** Rates of the trained stages from `lowest` to `highest`, each the same multiple of the one before it (Howard and Gugger 2020); the others frozen. */
export function spreadRates(count: number, trained: readonly number[], lowest: number, highest: number): (number | null)[] {
  const order = [...trained].sort((a, b) => a - b);
  return Array.from({ length: count }, (_, stage) => {
    const place = order.indexOf(stage);
    if (place < 0) return null;
    return order.length === 1 ? highest : lowest * (highest / lowest) ** (place / (order.length - 1));
  });
}

/** What the training parameters say about a recipe beside its phases. */
export function trainingRecipe({ augmentation, labelSmoothing, classWeights, dropout, output, clipNorm, minutes }: TrainingValues): Pick<Recipe, 'augmentation' | 'labelSmoothing' | 'classWeights' | 'dropout' | 'output' | 'clipNorm' | 'minutes'> {
  return { augmentation, labelSmoothing, classWeights, dropout, output, clipNorm: clipNorm === 0 ? null : clipNorm, minutes: minutes === 0 ? null : minutes };
}

/** `512-128` -> [512, 128]. */
export function hiddenLayers(value: ValuesOf<{ readonly hidden: typeof hidden }>['hidden']): readonly number[] {
  return value === 'none' ? [] : value.split('-').map(Number);
}
