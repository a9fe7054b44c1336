// A worker thread that makes batches of tiles: reads pictures, cuts tiles at random or at given places, and changes pixels and labels together.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { errorRecord, StudioError } from '#contract/errors.ts';
import { openBlobs } from '../../blobs/index.ts';
import { ignored, unpackLabels } from '../../masks/index.ts';
import { augment, warpNumbers } from '../augment/index.ts';
import { normaliser } from '../batches/normalise.ts';
import { boundaryWeights } from './boundary-weights.ts';
import type { BoundaryOptions } from './boundary-weights.ts';
import { objectNumbers, parted, scaledNumbers } from './objects.ts';
import { scaledLabels, scaledPicture } from './scaled.ts';
import type { ScaledPicture } from './scaled.ts';
import { tileChange } from './tile-change.ts';
import type { TileReply, TileRequest, TileSetup } from './tiles.ts';

const setup = workerData as TileSetup; // what openTiles gave
const { preprocessing, seed, augmentation, boundary } = setup;
const blobs = openBlobs(setup.blobs);
const normalise = normaliser(preprocessing);
const area = preprocessing.size[0] * preprocessing.size[1], length = area * preprocessing.channels;

interface Loaded extends ScaledPicture {
  readonly labels: Uint8Array;
  /** What is trained with where gaps between objects weigh more: objects that touch are parted, and every pixel has a weight. Of the whole picture, so that a tile knows of objects beyond its edge. */
  readonly boundary: { readonly labels: Uint8Array; readonly weights: Float32Array } | null;
}

/** Bytes of pictures that a worker keeps decoded. */
const keepBudget = 192 * 2 ** 20;
const known = new Map<number, Loaded>();
let keptBytes = 0;

/** @param weighed whether the picture is trained with, so that its gaps weigh */
async function loaded(picture: number, weighed: boolean): Promise<Loaded> {
  const found = known.get(picture);
  if (found) return found;
  const { source, labels: packed, objects } = setup.pictures[picture]!;
  const bytes = 'blob' in source ? await blobs.get(source.blob) : await readFile(source.file).catch((cause: unknown) => {
    throw new StudioError('unreadable', 'image.no-file', { path: source.file }, `The file ${source.file} cannot be read. Put it back, or leave it out.`, { cause });
  });
  const pixels = await scaledPicture(bytes, preprocessing);
  const map = packed === null ? null : unpackLabels(packed), labels = map === null ? new Uint8Array(pixels.width * pixels.height).fill(ignored) : scaledLabels(map, pixels);
  const made: Loaded = { ...pixels, labels, boundary: boundary && weighed && map ? boundaryOf(scaledNumbers(objectNumbers(map, objects), map, pixels), labels, pixels.width, boundary) : null };
  const size = made.data.length + labels.length * (made.boundary ? 6 : 1);
  if (keptBytes + size <= keepBudget) {
    known.set(picture, made);
    keptBytes += size;
  }
  return made;
}

function boundaryOf(numbers: Uint32Array, labels: Uint8Array, across: number, options: BoundaryOptions): NonNullable<Loaded['boundary']> {
  const apart = parted(labels, numbers, across);
  return { labels: apart, weights: boundaryWeights(apart, numbers, across, options) };
}

async function serve({ id, members, turn, pixels }: TileRequest): Promise<void> {
  const data = new Float32Array(pixels ? members.length * length : 0), labels = new Uint8Array(members.length * area).fill(ignored);
  const weights = boundary ? new Float32Array(members.length * area) : null;
  const errors: TileReply['errors'][number][] = [];
  await Promise.all(members.map(async (member, place) => {
    try {
      const example = setup.examples[member]!, picture = await loaded(example.picture, example.place === null);
      const change = tileChange(picture, example, turn, { size: preprocessing.size, augmentation, seed, foreground: setup.foreground });
      // At a given place nothing is known outside of the picture; a random one may show its mirror image. What is looked at only is held to the labels as they are.
      const known = turn !== null && picture.boundary ? picture.boundary.labels : picture.labels;
      const own = <T extends Uint8Array | Float32Array>(all: T) => all.subarray(place * area, (place + 1) * area) as T; // of the same kind
      warpNumbers(own(labels), known, picture, change, preprocessing.size, example.place ? ignored : undefined);
      if (weights && picture.boundary) warpNumbers(own(weights), picture.boundary.weights, picture, change, preprocessing.size, example.place ? 0 : undefined);
      if (pixels) normalise(augment(picture, change, preprocessing.size).data, data, place * length);
    } catch (error) {
      errors.push({ place, error: errorRecord(error), stack: error instanceof Error ? error.stack ?? null : String(error) });
    }
  }));
  const reply: TileReply = { id, data, labels, weights, errors };
  parentPort!.postMessage(reply, [data.buffer, labels.buffer, ...(weights ? [weights.buffer] : [])]);
}

// One batch after the other: a worker that starts them all has the first one ready last.
let turn: Promise<void> = Promise.resolve();
parentPort!.on('message', (request: TileRequest) => { turn = turn.then(() => serve(request)); });
