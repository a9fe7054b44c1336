// What a run began with beside its backbone: the head of the old task and, of a model with a project, the pictures of that.
import { access } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import type { Blobs } from '../blobs/index.ts';
import type { Network } from '../nets/graph.ts';
import { classifier, hiddenUnits, withHead } from '../nets/index.ts';
import type { TensorMap } from '../tensor.ts';
import { readSafetensors } from '../weights/index.ts';
import { headOf, headValues } from './heads/head-layers.ts';
import type { LinearHead } from './heads/linear.ts';
import type { LossKind } from './losses.ts';
import { baseValues } from './model.ts';
import { neededOf } from './regularisers/index.ts';
import type { Recipe } from './strategies/index.ts';

/** Classes of the pretrained networks. */
const imagenetClasses = 1000;

export interface Parent {
  /** A linear head on the pooled features; null where there is none, or one of another kind. */
  readonly head: LinearHead | null;
  /** What the old head's loss is. */
  readonly kind: LossKind;
  /** The model's; none for pretrained weights. */
  readonly classes: readonly string[];
  /** Its pictures, which come behind the run's own; none when its project is gone. */
  readonly images: readonly JobImage[];
  readonly gone: boolean;
  /** Indices of pictures: those it was trained on, and those that it is examined with. */
  readonly training: readonly number[];
  readonly examined: readonly number[];
  /** Of its pictures, indices of its classes. */
  readonly targets: ReadonlyMap<number, readonly number[]>;
  /** The same as indices of the run's logits, where the run has the same classes. */
  readonly mapped: ReadonlyMap<number, readonly number[]> | null;
}

/**
 * Gathers what is known of the old task.
 * Throws `refused` where the recipe needs more of it.
 */
export async function openParent(document: TrainDocument, recipe: Recipe, network: Network, blobs: Blobs): Promise<Parent> {
  const { parent } = document;
  const gone = parent !== undefined && !await allThere(parent.images);
  const images = gone ? [] : parent?.images ?? [], first = document.images.length;
  const indices = (partition: JobImage['partition']) => images.flatMap((image, i) => (image.partition === partition ? [first + i] : []));
  const targets = new Map(images.map((image, i) => [first + i, image.targets] as const));
  const place = parent?.classes.map((name) => document.classes.indexOf(name)) ?? [];
  const same = parent !== undefined && parent.task === document.task && place.length === document.classes.length && !place.includes(-1);
  const logit = (c: number) => (recipe.output === 'one-sigmoid' ? (c === 1 ? [0] : []) : [c]);
  const found: Parent = {
    head: await headOfParent(document, network, blobs), kind: parent?.task === 'multilabel' ? 'binary-cross-entropy' : 'cross-entropy', classes: parent?.classes ?? [], images, gone, targets,
    training: indices('train'), examined: indices('validation'),
    mapped: same ? new Map([...targets].map(([picture, own]) => [picture, own.flatMap((c) => logit(place[c]!))])) : null,
  };
  refuse(found, recipe);
  return found;
}

async function allThere(images: readonly JobImage[]): Promise<boolean> {
  const found = await Promise.all(images.map(({ source }) => ('file' in source ? access(source.file).then(() => true, () => false) : true)));
  return !found.includes(false);
}

async function headOfParent({ parent, weights }: TrainDocument, network: Network, blobs: Blobs): Promise<LinearHead | null> {
  if (parent?.head.kind === 'knn' || parent?.head.kind === 'hidden') return null;
  const own = withHead(network, { classes: parent?.classes.length ?? imagenetClasses });
  const values = parent && weights.delta !== null ? readSafetensors(await blobs.get(weights.delta)).tensors : parent ? new Map() : await baseValues(weights, own);
  return values.has(`${classifier(own).id}.weight`) ? headOf(own, values) : null;
}

function refuse({ head, training, mapped }: Parent, { regularisers }: Recipe): void {
  const needed = neededOf(regularisers);
  if (needed === 'pictures' && training.length === 0) throw new StudioError('refused', 'parent.no-pictures', {}, 'Rehearsal mixes in pictures of an earlier project, so the run has to begin with a model whose project is there. Choose such a model, or another strategy.');
  if (needed !== null && head === null && !(needed === 'pictures' && mapped)) throw new StudioError('refused', 'parent.no-head', {}, 'This strategy asks the classifier of the old task, and what the run begins with has none on its pooled features. Choose other weights or another model, or another strategy.');
}

/** For the same classes the old head is where the new one begins, its rows in the order of the run's classes. */
export function continuedHead({ head, mapped, classes: old }: Parent, { classes }: Pick<TrainDocument, 'classes'>, network: Network): TensorMap {
  if (!mapped || !head || hiddenUnits(network).length > 0 || classifier(network).units !== classes.length) return new Map();
  const rows = <T extends Float64Array>(numbers: T, width: number) => Float64Array.from(classes.flatMap((name) => Array.from(numbers.subarray(old.indexOf(name) * width, (old.indexOf(name) + 1) * width))));
  return headValues({ ...head, weight: rows(Float64Array.from(head.weight), head.features), bias: rows(Float64Array.from(head.bias), 1) }, network);
}
