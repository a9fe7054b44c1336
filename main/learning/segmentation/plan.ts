// The plan of a run for masks before it starts: phases over the stages of the U-Net, what is refused, what is doubtful, and what it needs of memory.
import { freemem } from 'node:os';
import { StudioError } from '#contract/errors.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { Plan } from '#contract/plan.ts';
import type { Network } from '../../nets/graph.ts';
import { activationMemory, count, ENCODER } from '../../nets/index.ts';
import { segmenter } from '../../nets/segmenters.ts';
import type { PlanRequest } from '../plan.ts';
import type { MaskRecipe } from './recipe.ts';
import { maskStrategy } from './strategies.ts';

/** Stages behind the encoder: decoder and head. */
const ownStages = 2;

/** The U-Net of a run or a model: one map of logits for the background and one per class. */
export function maskNetwork({ backbone, classes, preprocessing: { size, channels } }: Pick<TrainDocument, 'backbone' | 'classes' | 'preprocessing'>): Network {
  return segmenter(backbone).build({ classes: classes.length + 1, inputSize: size, channels });
}

/** @param values of parameters. Throws `invalid` or `not-found` */
export function maskRecipe({ strategy, values, backbone }: Pick<TrainDocument, 'strategy' | 'values' | 'backbone'>): MaskRecipe {
  const { stages } = segmenter(backbone).build({ classes: 1, inputSize: [64, 64] });
  return maskStrategy(strategy).recipe(values, stages.length - ownStages);
}

/** Throws `refused` for data that cannot work (no mask, an empty partition, a group on two sides). */
export function maskPlan(request: PlanRequest): Plan {
  const { strategy, backbone, images } = request;
  const recipe = maskRecipe(request), network = maskNetwork(request), cost = count(network);
  refuse(request);
  const inPartition = (partition: 'train' | 'validation') => images.filter((image) => image.partition === partition).length;
  return {
    strategy, backbone,
    stages: cost.stages.map(({ name, parameters }) => ({ name, parameters })),
    phases: [...recipe.phases],
    trainable: cost.stages.reduce((sum, { parameters }, stage) => sum + (recipe.phases.some(({ rates }) => rates[stage] !== null) ? parameters : 0), 0),
    total: cost.parameters,
    counts: { train: inPartition('train'), validation: inPartition('validation') },
    warnings: warnings(request, recipe, network),
  };
}

function refuse({ images }: PlanRequest): void {
  const train = images.filter((image) => image.partition === 'train');
  if (!train.some(({ targets }) => targets.length > 0)) throw new StudioError('refused', 'plan.no-masks', {}, 'No training picture has a mask. Draw some, or import them, then make a split.');
  if (!images.some((image) => image.partition === 'validation')) throw new StudioError('refused', 'plan.no-validation', {}, 'The validation partition has no labelled picture, so nothing would tell when to stop. Make a split that gives it some.');
  const sides = new Map<string, string>();
  for (const { group, partition } of images) {
    const side = sides.get(group);
    if (partition !== null && side !== undefined && side !== partition) {
      throw new StudioError('refused', 'plan.shared-group', { group, first: side, second: partition }, `Pictures of one subject, or copies of one picture (${group}), are in both the ${side} and the ${partition} partition, so the result would flatter the model. Make the split again.`);
    }
    if (partition !== null) sides.set(group, partition);
  }
}

/** A class with fewer training pictures is doubtful. */
const few = 5;

function warnings({ classes, images, weights }: PlanRequest, recipe: MaskRecipe, network: Network): string[] {
  const found: string[] = [];
  classes.forEach((name, c) => {
    const of = (partition: 'train' | 'validation') => images.filter((image) => image.partition === partition && image.targets.includes(c)).length;
    if (of('train') === 0) found.push(`No training picture has a mask of the class "${name}": the model cannot learn it.`);
    else if (of('train') < few) found.push(`Only ${of('train')} training ${of('train') === 1 ? 'picture has' : 'pictures have'} a mask of the class "${name}"; at least ${few} are advisable.`);
    if (of('validation') === 0) found.push(`No validation picture has a mask of the class "${name}": its figures will be missing.`);
  });
  if (weights.base === null && weights.delta === null && recipe.pretrained) {
    const frozen = recipe.phases.some(({ rates }) => rates[0] === null), isOriginal = !network.nodes.some(({ id }) => id.startsWith(ENCODER));
    if (isOriginal && frozen) found.push('The U-Net of 2015 has no pretrained weights, so its frozen levels would stay random. Choose "From scratch", or an encoder with weights.');
    else if (!isOriginal) found.push('The encoder starts from random weights, which needs far more pictures and time. Choose pretrained weights.');
  }
  if (weights.base !== null && !recipe.pretrained) found.push('From scratch ignores the pretrained weights that were chosen.');
  const needed = memoryOf(recipe, network);
  if (needed > freemem()) found.push(`Training needs about ${gigabytes(needed)} GB of memory, and ${gigabytes(freemem())} GB are free. Choose a smaller batch or smaller tiles.`);
  return found;
}

/** Bytes at the most: activations and their gradients for a batch, and weights with their gradients and optimizer slots. */
export function memoryOf({ phases }: Pick<MaskRecipe, 'phases'>, network: Network): number {
  const batch = Math.max(...phases.map(({ batchSize }) => batchSize));
  const copies = phases.some(({ optimizer }) => optimizer === 'adamw') ? 4 : 3;
  return 2 * batch * activationMemory(network).training + copies * 4 * count(network).parameters;
}

const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
