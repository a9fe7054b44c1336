// What a run for masks works with, opened once and closed at its end.
import { StudioError } from '#contract/errors.ts';
import type { EngineRecord } from '#contract/engines.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { Plan } from '#contract/plan.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { openEngine } from '../../engines/index.ts';
import type { Engine } from '../../engines/engine.ts';
import type { JobIo } from '../../jobs/io.ts';
import { unpackLabels } from '../../masks/index.ts';
import type { Network } from '../../nets/graph.ts';
import type { TensorMap } from '../../tensor.ts';
import { createEstimate } from '../monitoring/eta.ts';
import type { Estimate } from '../monitoring/eta.ts';
import { cacheFolder, openFeatureCache } from '../features/feature-cache.ts';
import type { FeatureCache } from '../features/feature-cache.ts';
import { frozenOutputs } from '../features/features.ts';
import type { FrozenOutputs } from '../features/features.ts';
import type { Doubt } from '../monitoring/warnings.ts';
import type { EpochResult } from '../train-phase.ts';
import { boundaryOptions } from './boundary-weights.ts';
import { examplesOf } from './examples.ts';
import { balancedMaps } from './loss.ts';
import { maskNetwork, maskPlan, maskRecipe } from './plan.ts';
import { maskAugmentation } from './recipe.ts';
import type { MaskRecipe } from './recipe.ts';
import { openTiles } from './tiles.ts';
import type { TileExample, TileReader } from './tiles.ts';
import { continuesHead, encoderValues, modelTensors, startingValues } from './values.ts';

export interface MaskRun {
  readonly document: TrainDocument;
  readonly io: JobIo;
  readonly plan: Plan;
  readonly recipe: MaskRecipe;
  readonly network: Network;
  /** Of the pretrained weight file: what the model will differ from. */
  readonly base: TensorMap;
  readonly start: TensorMap;
  readonly examples: readonly TileExample[];
  /** Indices of examples: random tiles, and a grid that covers each picture once. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
  readonly classWeights: readonly number[] | null;
  readonly tiles: TileReader;
  readonly frozen: FrozenOutputs;
  readonly cache: FeatureCache;
  readonly trainer: Engine;
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
export async function openMaskRun(document: TrainDocument, io: JobIo): Promise<MaskRun> {
  const plan = maskPlan(document), recipe = maskRecipe(document), network = maskNetwork(document);
  const base = await encoderValues(document, network);
  const known = recipe.pretrained ? new Map([...base, ...await modelTensors(document, network, io.blobs)]) : new Map();
  const { images, preprocessing, seed, threads, precision, home } = document;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const open = async (purpose: 'train' | 'infer') => {
      const opened = await openEngine({ engine: purpose === 'infer' && document.engine !== 'wasm' ? 'auto' : document.engine, purpose, home, threads, precision });
      closers.push(() => opened.engine.close());
      return opened;
    };
    const train = await open('train');
    if (!train.engine.trainer) throw new StudioError('engine', 'engine.no-training', { engine: train.engine.id }, `The engine ${train.engine.id} cannot train. Choose another one.`);
    const infer = recipe.views > 0 ? await open('infer') : train;
    const augmentation = maskAugmentation(recipe.augmentation);
    const examples = examplesOf(document, recipe);
    const members = (partition: 'train' | 'validation') => examples.flatMap(({ picture }, i) => (images[picture]!.partition === partition ? [i] : []));
    const training = members('train'), validation = members('validation');
    const tiles = openTiles({
      pictures: images.map(({ source, labels, objects }) => ({ source, labels: labels ?? null, objects: objects ?? null })), examples, blobs: document.blobs, preprocessing, augmentation, seed,
      foreground: recipe.foreground, boundary: recipe.loss === 'boundary' ? boundaryOptions : null,
    }, Math.max(1, Math.min(threads, 4)));
    closers.push(() => tiles.close());
    const cache = openFeatureCache(cacheFolder(document.blobs));
    const told = new Set<string>();
    const tell = (body: RunEventBody) => io.send({ type: 'event', body });
    return {
      document, io, plan, recipe, network, base, examples, training, validation, tiles, cache, close, tell,
      start: startingValues(known, network, seed, continuesHead(document)),
      classWeights: recipe.classWeights === 'balanced' ? balancedMaps(labelsOf(document), document.classes.length + 1) : null,
      // The reader's random places follow from the example's key and the view, as random changes do.
      frozen: frozenOutputs({ network, engine: infer.engine, record: infer.record, reader: tiles, pictures: examples.map(({ picture, key }) => ({ source: images[picture]!.source, key })), preprocessing, augmentation, seed, cache }),
      trainer: train.engine,
      record: train.record,
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

function* labelsOf({ images }: TrainDocument): Generator<Uint8Array> {
  for (const { partition, labels } of images) if (partition === 'train' && labels !== undefined) yield unpackLabels(labels).labels;
}
