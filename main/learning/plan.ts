// The plan of a run before it starts: phases over the stages of the network, what is refused, and what is doubtful.
import { StudioError } from '#contract/errors.ts';
import type { JobHead, JobImage, TrainDocument } from '#contract/jobs.ts';
import type { Phase, Plan } from '#contract/plan.ts';
import { count, variant, withHead } from '../nets/index.ts';
import type { Network } from '../nets/graph.ts';
import { strategy } from './strategies/index.ts';
import type { Recipe } from './strategies/index.ts';

/** What a plan needs of a run. Of the pictures only those with a partition count. */
export interface PlanRequest extends Pick<TrainDocument, 'strategy' | 'values' | 'backbone' | 'task' | 'classes' | 'preprocessing' | 'weights'> {
  readonly images: readonly Pick<JobImage, 'partition' | 'targets' | 'group'>[];
}

/** A class with fewer training pictures is doubtful. */
const few = 10;

/**
 * What a run will do.
 * Throws `refused` for data that cannot work (one class, an empty partition, a group on two sides), `invalid` for values, `not-found` for ids.
 */
export function makePlan(request: PlanRequest): Plan {
  const { strategy: id, backbone, images } = request;
  const recipe = recipeOf(request);
  refuse(request, recipe);
  const cost = count(trainedNetwork(request, recipe));
  const { phases } = recipe;
  const inPartition = (partition: JobImage['partition']) => images.filter((image) => image.partition === partition).length;
  return {
    strategy: id,
    backbone,
    stages: cost.stages.map(({ name, parameters }) => ({ name, parameters })),
    phases: [...phases],
    trainable: cost.stages.reduce((sum, { parameters }, stage) => sum + (phases.some((phase) => trains(phase, stage, cost.stages.length)) ? parameters : 0), 0),
    total: cost.parameters,
    counts: { train: inPartition('train'), validation: inPartition('validation') },
    warnings: warnings(request, recipe),
  };
}

/** The network of a run or a model, with a classifier for its classes; of a model with hidden layers, with those. */
export function networkOf({ backbone, classes, preprocessing: { size, channels }, head }: Pick<PlanRequest, 'backbone' | 'classes' | 'preprocessing'> & { readonly head?: JobHead }): Network {
  const network = variant(backbone).build({ classes: classes.length, inputSize: size, channels });
  return head?.kind === 'hidden' ? withHead(network, { classes: classes.length, hidden: head.units }) : network;
}

/** The network that a recipe trains on them. One sigmoid is one logit for two classes. */
export function trainedNetwork(request: Pick<PlanRequest, 'backbone' | 'classes' | 'preprocessing'>, recipe: Recipe): Network {
  return withHead(networkOf(request), { classes: logitsOf(request, recipe), hidden: recipe.hidden, dropout: recipe.dropout });
}

export function logitsOf({ classes }: Pick<PlanRequest, 'classes'>, { output }: Pick<Recipe, 'output'>): number {
  return output === 'one-sigmoid' ? 1 : classes.length;
}

export function recipeOf(request: Pick<PlanRequest, 'strategy' | 'values' | 'backbone' | 'classes' | 'preprocessing' | 'task'>): Recipe {
  const { stages } = networkOf(request);
  const recipe = strategy(request.strategy).recipe(request.values, stages.length, stages.map(({ name }) => name));
  const isTwo = request.task === 'classification' && request.classes.length === 2;
  return { ...recipe, output: recipe.output === 'auto' ? (isTwo ? 'one-sigmoid' : 'softmax') : recipe.output };
}

function trains(phase: Phase, stage: number, stages: number): boolean {
  return phase.kind === 'train' ? phase.rates[stage] !== null : phase.head === 'logistic' && stage === stages - 1;
}

function refuse({ task, classes, images }: PlanRequest, { output }: Recipe): void {
  if (task === 'segmentation') throw new StudioError('refused', 'plan.segmentation', {}, 'Networks for segmentation cannot be trained yet. Make a project for classification.');
  if (output === 'one-sigmoid' && task === 'multilabel') throw new StudioError('invalid', 'plan.sigmoids', {}, 'Where a picture may have several classes, each class has its own sigmoid already. Leave the output as it is.');
  if (output === 'one-sigmoid' && classes.length !== 2) throw new StudioError('invalid', 'plan.one-sigmoid', { n: classes.length }, `One sigmoid tells two classes apart, and there are ${classes.length}. Choose a softmax as the output.`);
  const train = images.filter((image) => image.partition === 'train');
  const present = new Set(train.flatMap((image) => image.targets));
  if (train.length === 0) throw new StudioError('refused', 'plan.no-training', {}, 'The training partition has no labelled picture. Label some pictures, then make a split.');
  if (task === 'classification' && present.size < 2) {
    const only = classes[[...present][0] ?? 0] ?? '';
    throw new StudioError('refused', 'plan.one-class', { class: only }, `All training pictures have the class "${only}". Training needs at least two classes: label pictures of another one.`);
  }
  if (!images.some((image) => image.partition === 'validation')) throw new StudioError('refused', 'plan.no-validation', {}, 'The validation partition has no labelled picture, so nothing would tell when to stop. Make a split that gives it some.');
  const sides = new Map<string, JobImage['partition']>();
  for (const { group, partition } of images) {
    const side = sides.get(group);
    if (partition !== null && side !== undefined && side !== partition) {
      throw new StudioError('refused', 'plan.shared-group', { group, first: side ?? '', second: partition }, `Pictures of one subject, or copies of one picture (${group}), are in both the ${side} and the ${partition} partition, so the result would flatter the model. Make the split again.`);
    }
    if (partition !== null) sides.set(group, partition);
  }
}

function warnings({ task, classes, images, weights }: PlanRequest, recipe: Recipe): string[] {
  const found: string[] = [];
  classes.forEach((name, c) => {
    const [train, validation] = (['train', 'validation'] as const).map((partition) => images.filter((image) => image.partition === partition && image.targets.includes(c)).length) as [number, number]; // two in, two out
    if (train === 0) found.push(`No training picture has the class "${name}": the model cannot learn it.`);
    else if (train < few) found.push(`Only ${train} training ${train === 1 ? 'picture has' : 'pictures have'} the class "${name}"; at least ${few} are advisable.`);
    if (validation === 0) found.push(`No validation picture has the class "${name}": its figures will be missing.`);
  });
  if (weights.base === null && weights.delta === null && recipe.pretrained) found.push(`The network starts from random weights, which ${recipe.phases.every((phase) => phase.kind === 'fit') ? 'makes its features nearly worthless' : 'needs far more pictures and time'}. Choose pretrained weights.`);
  if (weights.base !== null && !recipe.pretrained) found.push('From scratch ignores the pretrained weights that were chosen.');
  if (task === 'multilabel' && recipe.classWeights !== 'none') found.push('Class weights are not used where a picture can have several classes.');
  return found;
}
