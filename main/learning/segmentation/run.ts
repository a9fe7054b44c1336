// What a run for masks works with, opened once and closed at its end.
import { createHash } from 'node:crypto';
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
import { balancedMaps } from './loss.ts';
import { maskNetwork, maskPlan, maskRecipe } from './plan.ts';
import { maskAugmentation } from './recipe.ts';
import type { MaskRecipe } from './recipe.ts';
import { labelledSize, scaledSize } from './scaled.ts';
import { tilesOf } from './tile-layout.ts';
import { openTiles } from './tiles.ts';
import type { TileExample, TileReader } from './tiles.ts';
import { encoderValues, modelTensors, startingValues } from './values.ts';

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
  tell(body: RunEventBody): void;
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
      pictures: images.map(({ source, labels }) => ({ source, labels: labels ?? null })), examples, blobs: document.blobs, preprocessing, augmentation, seed,
      foreground: recipe.foreground, boundary: recipe.loss === 'boundary' ? { height: 10, width: 5 } : null,
    }, Math.max(1, Math.min(threads, 4)));
    closers.push(() => tiles.close());
    const cache = openFeatureCache(cacheFolder(document.blobs));
    return {
      document, io, plan, recipe, network, base, examples, training, validation, tiles, cache, close,
      start: startingValues(known, network, seed),
      classWeights: recipe.classWeights === 'balanced' ? balancedMaps(labelsOf(document), document.classes.length + 1) : null,
      // The reader's random places follow from the example's key and the view, as random changes do.
      frozen: frozenOutputs({ network, engine: infer.engine, record: infer.record, reader: tiles, pictures: examples.map(({ picture, key }) => ({ source: images[picture]!.source, key })), preprocessing, augmentation, seed, cache }),
      trainer: train.engine,
      record: train.record,
      estimate: createEstimate(),
      tell: (body) => io.send({ type: 'event', body }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function* labelsOf({ images }: TrainDocument): Generator<Uint8Array> {
  for (const { partition, labels } of images) if (partition === 'train' && labels !== undefined) yield unpackLabels(labels).labels;
}

/** Random tiles of training pictures, as many as cover each one, and the grid of validation pictures. */
function examplesOf({ images, preprocessing }: TrainDocument, { tilesPerPicture, foreground }: MaskRecipe): TileExample[] {
  const { size, tiles } = preprocessing;
  return images.flatMap(({ partition, labels, source, id }, picture): TileExample[] => {
    if (labels === undefined) return [];
    const name = 'blob' in source ? source.blob : id, scaled = scaledSize(labelledSize(labels), tiles?.scale ?? 1);
    if (partition === 'validation') return tilesOf(scaled, size, 0).map((place) => ({ picture, key: `${name}/${place.join()}`, place }));
    const covering = Math.max(1, Math.round((scaled.width * scaled.height) / (size[0] * size[1])));
    // Where a random tile lies depends on the labels too: with others, what was kept of it no longer counts.
    const drawn = `${name}/${createHash('sha256').update(`${foreground} ${labels}`).digest('hex')}`;
    return partition === 'train' ? Array.from({ length: tilesPerPicture ?? covering }, (_, k) => ({ picture, key: `${drawn}/${k}`, place: null })) : [];
  });
}
