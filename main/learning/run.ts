// What a training run works with, opened once and closed at its end, and the state that moves from epoch to epoch.
import { StudioError } from '#contract/errors.ts';
import type { EngineRecord } from '#contract/engines.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { Plan } from '#contract/plan.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { openEngine } from '../engines/index.ts';
import type { Engine } from '../engines/engine.ts';
import type { JobIo } from '../jobs/io.ts';
import type { Network, NodeId } from '../nets/graph.ts';
import type { TensorMap } from '../tensor.ts';
import { preset } from './augment/index.ts';
import { openBatches, pictureOf } from './batches/batches.ts';
import type { BatchReader, Picture } from './batches/batches.ts';
import { createEstimate } from './monitoring/eta.ts';
import type { Estimate } from './monitoring/eta.ts';
import { cacheFolder, openFeatureCache } from './features/feature-cache.ts';
import type { FeatureCache } from './features/feature-cache.ts';
import { frozenOutputs } from './features/features.ts';
import type { FrozenOutputs } from './features/features.ts';
import { keptNode } from './batches/inputs.ts';
import { continuedHead, openParent } from './parent.ts';
import type { Parent } from './parent.ts';
import { neededOf, parentHeadValues } from './regularisers/index.ts';
import { examinationOf } from './monitoring/retention.ts';
import type { Examination } from './monitoring/retention.ts';
import type { LossKind } from './losses.ts';
import { baseValues, parentValues, startValues } from './model.ts';
import { logitsOf, makePlan, recipeOf, trainedNetwork } from './plan.ts';
import type { Recipe } from './strategies/index.ts';
import type { EpochResult } from './train-phase.ts';
import type { Doubt } from './monitoring/warnings.ts';

export interface Run {
  readonly document: TrainDocument;
  readonly io: JobIo;
  readonly plan: Plan;
  readonly recipe: Recipe;
  readonly kind: LossKind;
  /** How many numbers the head gives: one per class, or a single one for two classes. */
  readonly logits: number;
  /** With the head for the run's classes. */
  readonly network: Network;
  /** Per phase: the node whose kept outputs it is fed with, or null for pictures. */
  readonly kept: readonly (NodeId | null)[];
  /** Of the pretrained weight file, without a classifier of other classes: what the model will differ from. */
  readonly base: TensorMap;
  /** All values before the first phase: the base's or the parent model's, with a new head or, for the same classes, the parent's; where the old head is carried along, that too. */
  readonly start: TensorMap;
  readonly parent: Parent;
  /** Whether the head is the old one, for the same classes. */
  readonly continuesHead: boolean;
  /** Whether the old head stands beside the new one. */
  readonly carriesParentHead: boolean;
  /** How it is seen what is forgotten; null = it is not. */
  readonly examination: Examination | null;
  /** The run's own, then the parent's. */
  readonly pictures: readonly Picture[];
  /** Per picture, indices of logits; of a single one, the pictures of the second class have it. */
  readonly labels: readonly (readonly number[])[];
  readonly groups: readonly string[];
  /** Indices of pictures. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
  readonly reader: BatchReader;
  readonly frozen: FrozenOutputs;
  readonly cache: FeatureCache;
  /** Trains; only where the plan has steps. */
  readonly trainer: Engine | null;
  /** The engine that the run is known by: the training one where there is one. */
  readonly record: EngineRecord;
  readonly estimate: Estimate;
  /** The epochs that this process has seen, with their phase. */
  readonly history: (Pick<EpochResult, 'train' | 'validation'> & { readonly phase: number })[];
  /** Keys of the doubts that it has told. */
  readonly told: ReadonlySet<string>;
  tell(body: RunEventBody): void;
  warn(doubt: Doubt): void;
  close(): Promise<void>;
}

/** Opens engines, weights and pictures. Throws StudioError for what cannot work. */
export async function openRun(document: TrainDocument, io: JobIo): Promise<Run> {
  const plan = makePlan(document);
  const recipe = recipeOf(document);
  const network = trainedNetwork(document, recipe);
  const base = await baseValues(document.weights, network);
  const backbone = await parentValues(document.weights, base, network, io.blobs);
  const parent = await openParent(document, recipe, network, io.blobs);
  const { images, preprocessing, seed, threads, precision, home } = document;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const open = async (purpose: 'train' | 'infer') => {
      // Frozen parts run on the fastest engine there is; only who wants wasm gets nothing native at all.
      const engine = purpose === 'infer' && document.engine !== 'wasm' ? 'auto' : document.engine;
      const opened = await openEngine({ engine, purpose, home, threads, precision });
      closers.push(() => opened.engine.close());
      return opened;
    };
    const steps = recipe.phases.some((phase) => phase.kind === 'train');
    const train = steps ? await open('train') : null;
    if (train && !train.engine.trainer) throw new StudioError('engine', 'engine.no-training', { engine: train.engine.id }, `The engine ${train.engine.id} cannot train. Choose another one.`);
    const infer = await open('infer');
    const members = (partition: 'train' | 'validation') => images.flatMap((image, i) => (image.partition === partition ? [i] : []));
    const training = members('train'), validation = members('validation');
    const examination = recipe.phases.some(({ kind }) => kind === 'train') ? examinationOf(parent, validation, recipe.regularisers, seed) : null;
    const carriesParentHead = parent.head !== null && (examination !== null || neededOf(recipe.regularisers) !== null);
    const kept = recipe.phases.map((_, index) => keptNode(network, recipe, index, { training: training.length + parent.training.length, validation: validation.length + parent.examined.length }));
    const continued = continuedHead(parent, document, network);
    const pictures = [...images, ...parent.images].map(pictureOf);
    const augmentation = preset(recipe.augmentation);
    const reader = openBatches({ pictures, blobs: document.blobs, preprocessing, augmentation, seed, keep: kept.includes(null), workers: Math.max(1, Math.min(threads, 4)) });
    closers.push(() => reader.close());
    const cache = openFeatureCache(cacheFolder(document.blobs));
    const told = new Set<string>();
    const tell = (body: RunEventBody) => io.send({ type: 'event', body });
    return {
      document, io, plan, recipe, network, base, parent, continuesHead: continued.size > 0, carriesParentHead, examination, kept, pictures, training, validation, reader, cache, close, tell,
      kind: document.task === 'multilabel' || recipe.output === 'one-sigmoid' ? 'binary-cross-entropy' : 'cross-entropy',
      logits: logitsOf(document, recipe),
      start: new Map([...startValues(recipe.pretrained ? backbone : new Map(), network, seed, recipe.head), ...continued, ...(carriesParentHead && parent.head ? parentHeadValues(parent.head) : [])]),
      labels: images.map(({ targets }) => (recipe.output === 'one-sigmoid' ? (targets[0] === 1 ? [0] : []) : targets)),
      groups: images.map(({ group }) => group),
      frozen: frozenOutputs({ network, engine: infer.engine, record: infer.record, reader, pictures, preprocessing, augmentation, seed, cache }),
      trainer: train?.engine ?? null,
      record: (train ?? infer).record,
      estimate: createEstimate(),
      history: [],
      told,
      warn({ key, message, params }) {
        told.add(key);
        tell({ type: 'warning', key, message, params: { ...params } });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
