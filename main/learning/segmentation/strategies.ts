// How a U-Net can be trained: the strategies of classification carried over, under the same names, with the parameters that masks have.
import { StudioError } from '#contract/errors.ts';
import type { StrategyGroup, StrategyRecord } from '#contract/plan.ts';
import type { StrategyValues } from '#contract/runs.ts';
import { choice, decimal, integer, paramList, readValues, withDefault } from '../strategies/params.ts';
import type { ParamTable, ValuesOf } from '../strategies/params.ts';
import { augmentation, classWeights, layerDecay, training } from '../strategies/shared.ts';
import { lossKinds } from './recipe.ts';
import type { MaskRecipe } from './recipe.ts';

export interface MaskStrategy extends StrategyRecord {
  /** @param encoderStages how many stages come before the decoder. Throws `invalid` for what is no such value */
  recipe(given: StrategyValues, encoderStages: number): MaskRecipe;
}

const common = {
  epochs: integer({ label: 'Epochs', default: 20, min: 1, max: 1000, help: 'How often every training picture is seen.' }),
  learningRate: decimal({ label: 'Learning rate', default: 1e-3, min: 1e-7, max: 10, help: 'The highest rate, that of the decoder.' }),
  batchSize: integer({ label: 'Batch size', default: 4, min: 1, max: 128, help: 'Tiles per step.' }),
  optimizer: withDefault(training.optimizer, 'adamw'),
  weightDecay: withDefault(training.weightDecay, 1e-4),
  patience: withDefault(training.patience, 0),
  clipNorm: training.clipNorm,
  minutes: training.minutes,
  loss: choice(lossKinds, { label: 'Loss', default: 'cross-entropy-dice', help: 'Dice cares for overlap whatever the size, cross-entropy for every pixel, focal for the hard ones; boundary weighs the gaps between objects.' }),
  classWeights,
  augmentation: withDefault(augmentation, 'microscopy'),
  tile: integer({ label: 'Tile', default: 256, min: 64, max: 1024, help: 'Sides of the squares that the network sees, in pixels; a multiple of 32.' }),
  scale: decimal({ label: 'Scale', default: 1, min: 0.05, max: 1, help: 'Pictures are made so many times their size first: large ones with large objects need no full resolution.' }),
  tilesPerPicture: integer({ label: 'Tiles per picture', default: 0, min: 0, max: 64, help: 'Random tiles of each picture in an epoch; 0 takes as many as cover it.' }),
  foreground: decimal({ label: 'On objects', default: 0.5, min: 0, max: 1, help: 'Share of the random tiles that lie on an object, so that rare classes are seen.' }),
} as const;

type CommonValues = ValuesOf<typeof common>;

/** @param rates per stage, the decoder's and the head's last */
function phase(name: string, epochs: number, rates: readonly (number | null)[], { optimizer, batchSize, weightDecay, patience }: CommonValues): MaskRecipe['phases'][number] {
  // A new decoder needs the statistics of its batches; norms of frozen stages keep theirs.
  return { kind: 'train', name, epochs, rates: [...rates], schedule: { kind: 'cosine', warmup: 0.1, floor: 0.01 }, optimizer, batchSize, weightDecay, batchNorm: 'training', patience: patience === 0 ? null : patience };
}

/** Frozen encoder stages, or each slower than the next by `decay`; then decoder and head at the full rate. */
const rates = (encoderStages: number, learningRate: number, decay: number | null): (number | null)[] =>
  [...Array.from({ length: encoderStages }, (_, stage) => (decay === null ? null : learningRate * decay ** (encoderStages - stage))), learningRate, learningRate];

function recipeOf({ loss, classWeights: weights, augmentation: preset, tile, scale, tilesPerPicture, foreground, clipNorm, minutes }: CommonValues): Omit<MaskRecipe, 'phases'> {
  if (tile % 32 !== 0) throw new StudioError('invalid', 'strategy.value', { param: 'tile', value: String(tile), wanted: 'a multiple of 32' }, `Tile (tile) must be a multiple of 32, not ${tile}.`);
  return {
    loss, classWeights: weights, augmentation: preset, tile, scale, foreground, views: 0, pretrained: true,
    tilesPerPicture: tilesPerPicture === 0 ? null : tilesPerPicture, clipNorm: clipNorm === 0 ? null : clipNorm, minutes: minutes === 0 ? null : minutes,
  };
}

interface Definition<P extends ParamTable> {
  readonly id: string;
  readonly group: StrategyGroup;
  readonly title: string;
  readonly summary: string;
  readonly params: P;
  recipe(values: ValuesOf<P>, encoderStages: number): MaskRecipe;
}

function define<const P extends ParamTable>({ id, group, title, summary, params, recipe }: Definition<P>): MaskStrategy {
  return { id, group, title, summary, params: paramList(params), recipe: (given, encoderStages) => recipe(readValues(params, given, id), encoderStages) };
}

const decoderFirst = define({
  id: 'lp-ft', group: 'how-much', title: 'Decoder first, then all',
  summary: 'Trains the decoder on the frozen encoder, then everything a little further at a low rate: the safe choice.',
  params: { ...common, decoderEpochs: integer({ label: 'Decoder alone', default: 5, min: 1, max: 1000, help: 'Epochs in which only the decoder is trained; they come before the others.' }), layerDecay: withDefault(layerDecay, 0.8) },
  recipe: (values, stages) => ({
    ...recipeOf(values),
    phases: [
      phase('Decoder', values.decoderEpochs, rates(stages, values.learningRate, null), values),
      phase('All', values.epochs, rates(stages, values.learningRate / 2, values.layerDecay), values),
    ],
  }),
});

const frozenEncoder = define({
  id: 'feature-extraction', group: 'how-much', title: 'Decoder only',
  summary: 'The pretrained encoder stays as it is; its maps are computed once and kept, and the decoder is trained on them. Fast.',
  params: { ...common, views: integer({ label: 'Kept views', default: 6, min: 0, max: 32, help: 'Changed tiles of each picture whose encoder maps are computed once and kept; 0 computes new ones in every epoch.' }) },
  recipe: (values, stages) => ({ ...recipeOf(values), views: values.views, phases: [phase('Decoder', values.epochs, rates(stages, values.learningRate, null), values)] }),
});

const everything = define({
  id: 'fine-tune', group: 'how-much', title: 'Everything at once',
  summary: 'Trains encoder and decoder together, early stages slower. Takes longest; usually the most exact.',
  params: { ...common, layerDecay: withDefault(layerDecay, 0.9) },
  recipe: (values, stages) => ({ ...recipeOf(values), phases: [phase('All', values.epochs, rates(stages, values.learningRate, values.layerDecay), values)] }),
});

const fromScratch = define({
  id: 'from-scratch', group: 'how-much', title: 'From scratch',
  summary: 'Starts from random weights, as the U-Net of 2015 did. The control that shows what pretraining was worth.',
  params: { ...common, epochs: withDefault(common.epochs, 40) },
  recipe: (values, stages) => ({ ...recipeOf(values), pretrained: false, phases: [phase('All', values.epochs, rates(stages, values.learningRate, 1), values)] }),
});

/** In the order in which they are offered. */
export const maskStrategies: readonly MaskStrategy[] = [decoderFirst, frozenEncoder, everything, fromScratch];

/** Throws `not-found`, listing what there is for masks. */
export function maskStrategy(id: string): MaskStrategy {
  const found = maskStrategies.find((one) => one.id === id);
  if (found) return found;
  const list = maskStrategies.map((one) => one.id).join(', ');
  throw new StudioError('not-found', 'strategy.unknown', { id, list }, `There is no strategy ${id} for masks. There are ${list}.`);
}
