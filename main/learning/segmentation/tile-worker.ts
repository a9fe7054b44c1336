// A worker thread that makes batches of tiles: reads pictures, cuts tiles at random or at given places, and changes pixels and labels together.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { errorRecord, StudioError } from '#contract/errors.ts';
import { openBlobs } from '../../blobs/index.ts';
import { ignored, unpackLabels } from '../../masks/index.ts';
import { augment, drawChange, warpLabels } from '../augment/index.ts';
import type { Change } from '../augment/index.ts';
import { normaliser } from '../batches/normalise.ts';
import { boundaryWeights } from './boundary-weights.ts';
import { drawPlace } from './places.ts';
import { scaledLabels, scaledPicture } from './scaled.ts';
import type { ScaledPicture } from './scaled.ts';
import type { TileReply, TileRequest, TileSetup } from './tiles.ts';

const setup = workerData as TileSetup; // what openTiles gave
const { preprocessing, seed, augmentation, boundary } = setup;
const blobs = openBlobs(setup.blobs);
const [height, width] = preprocessing.size;
const normalise = normaliser(preprocessing);
const area = height * width, length = area * preprocessing.channels;

interface Loaded extends ScaledPicture {
  readonly labels: Uint8Array;
}

/** Bytes of pictures that a worker keeps decoded. */
const keepBudget = 192 * 2 ** 20;
const known = new Map<number, Loaded>();
let keptBytes = 0;

async function loaded(picture: number): Promise<Loaded> {
  const found = known.get(picture);
  if (found) return found;
  const { source, labels } = setup.pictures[picture]!;
  const bytes = 'blob' in source ? await blobs.get(source.blob) : await readFile(source.file).catch((cause: unknown) => {
    throw new StudioError('unreadable', 'image.no-file', { path: source.file }, `The file ${source.file} cannot be read. Put it back, or leave it out.`, { cause });
  });
  const pixels = await scaledPicture(bytes, preprocessing);
  const made = { ...pixels, labels: labels === null ? new Uint8Array(pixels.width * pixels.height).fill(ignored) : scaledLabels(unpackLabels(labels), pixels) };
  const size = made.data.length + made.labels.length;
  if (keptBytes + size <= keepBudget) {
    known.set(picture, made);
    keptBytes += size;
  }
  return made;
}

const still: Change = drawChange({}, 0, '', 0);

/** Where the tile lies and what happens to it. */
function changeOf(picture: Loaded, example: TileSetup['examples'][number], turn: number | null): Change {
  const change = turn === null ? still : drawChange(augmentation, seed, example.key, turn);
  const zoom = turn === null ? 1 : zoomOf(change);
  const window = { width: width * zoom, height: height * zoom };
  const [top, left] = example.place ?? drawPlace(picture, window, setup.foreground, seed, example.key, turn ?? 0);
  return { ...change, crop: { x: (left + window.width / 2) / picture.width, y: (top + window.height / 2) / picture.height, width: window.width / picture.width, height: window.height / picture.height } };
}

/** The part that an augmentation would keep of a whole picture says how far to zoom, around 1. */
function zoomOf({ crop }: Change): number {
  return Math.sqrt(crop.width * crop.height) / (augmentation.crop ? Math.sqrt((augmentation.crop.area[0] + augmentation.crop.area[1]) / 2) : 1);
}

async function serve({ id, members, turn, pixels }: TileRequest): Promise<void> {
  const data = new Float32Array(pixels ? members.length * length : 0), labels = new Uint8Array(members.length * area).fill(ignored);
  const weights = boundary ? new Float32Array(members.length * area) : null;
  const errors: TileReply['errors'][number][] = [];
  await Promise.all(members.map(async (member, place) => {
    try {
      const example = setup.examples[member]!, picture = await loaded(example.picture);
      const change = changeOf(picture, example, turn);
      // At a given place nothing is known outside of the picture; a random one may show its mirror image.
      const own = warpLabels(picture.labels, picture, change, preprocessing.size, example.place ? ignored : undefined);
      labels.set(own, place * area);
      if (weights && boundary) weights.set(boundaryWeights(own, width, height, boundary), place * area);
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
