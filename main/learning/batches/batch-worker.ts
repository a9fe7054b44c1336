// A worker thread that makes batches: reads pictures, frames them, changes them at random, and turns them into the numbers a network gets.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { errorRecord, StudioError } from '#contract/errors.ts';
import { openBlobs } from '../../blobs/index.ts';
import { prepare } from '../../images/index.ts';
import { augment, drawChange } from '../augment/index.ts';
import type { BatchReply, BatchRequest, BatchSetup, FramedStore } from './batches.ts';
import { normaliser } from './normalise.ts';
import { kept } from './picture-store.ts';

const { pictures, blobs: folder, preprocessing, augmentation, seed, plain, wide } = workerData as BatchSetup; // what openBatches gave
const blobs = openBlobs(folder);
const [height, width] = preprocessing.size;
const normalise = normaliser(preprocessing);
const pictureLength = height * width * preprocessing.channels;

async function read(picture: number): Promise<Uint8Array> {
  const source = pictures[picture]!.source;
  if ('blob' in source) return blobs.get(source.blob);
  return readFile(source.file).catch((cause: unknown) => {
    throw new StudioError('unreadable', 'image.no-file', { path: source.file }, `The file ${source.file} cannot be read. Put it back, or leave it out.`, { cause });
  });
}

/** Pixels in one framing, [height, width, channels]. */
const framed = (picture: number, store: FramedStore): Promise<Uint8Array> => kept(store, picture, async () => prepare(await read(picture), store.framing, pictures[picture]!.crop));

async function pixelsOf(picture: number, turn: number | null): Promise<Uint8Array> {
  if (turn === null) return framed(picture, plain);
  const [sourceHeight, sourceWidth] = wide.framing.size;
  const pixels = { width: sourceWidth, height: sourceHeight, channels: preprocessing.channels, data: await framed(picture, wide) };
  return augment(pixels, drawChange(augmentation, seed, pictures[picture]!.key, turn), preprocessing.size).data;
}

async function serve({ id, members, turn }: BatchRequest): Promise<void> {
  const data = new Float32Array(members.length * pictureLength);
  const errors: BatchReply['errors'][number][] = [];
  await Promise.all(members.map(async (picture, place) => {
    try {
      normalise(await pixelsOf(picture, turn), data, place * pictureLength);
    } catch (error) {
      errors.push({ place, error: errorRecord(error), stack: error instanceof Error ? error.stack ?? null : String(error) });
    }
  }));
  const reply: BatchReply = { id, data, errors };
  parentPort!.postMessage(reply, [data.buffer]);
}

// One batch after the other: a worker that starts them all has the first one ready last.
let turn: Promise<void> = Promise.resolve();
parentPort!.on('message', (request: BatchRequest) => { turn = turn.then(() => serve(request)); });
