// Masks for pictures with a trained U-Net: for evaluation, for proposals, and for new pictures.
import { readFile } from 'node:fs/promises';
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { JobImage, JobMessage, PredictDocument } from '#contract/jobs.ts';
import type { Blobs } from '../../blobs/index.ts';
import { openEngine } from '../../engines/index.ts';
import { decode, encodePng, resize, wholeAt } from '../../images/index.ts';
import type { JobIo } from '../../jobs/io.ts';
import { packLabels, planesOf, probabilityPlanes } from '../../masks/index.ts';
import { disagreement, mirrored, mirrorings } from './disagreement.ts';
import { maskNetwork } from './plan.ts';
import { scaledPicture } from './scaled.ts';
import type { ScaledPicture } from './scaled.ts';
import { openStitcher } from './stitch.ts';
import { maskModelValues } from './values.ts';

type Predicted = Extract<JobMessage, { type: 'masks' }>['predictions'][number];

/** Tells the masks of all pictures of a document, one after the other; of those that are done, when it is asked to stop. */
export async function predictMasks(document: PredictDocument, io: JobIo): Promise<void> {
  const { images, preprocessing, threads, precision, home, besides = [] } = document, classes = document.classes.length;
  const values = await maskModelValues(document, maskNetwork(document), io.blobs);
  const { engine } = await openEngine({ engine: document.engine, purpose: 'infer', home, threads, precision });
  const began = performance.now();
  try {
    const stitcher = openStitcher({ engine, precision, preprocessing, values, network: (size) => maskNetwork({ ...document, preprocessing: { ...preprocessing, size } }) });
    for (const [i, image] of images.entries()) {
      if (io.stopRequested()) return;
      const predicted = await predictOne(image).catch((error: unknown): Predicted => ({ id: image.id, labels: null, error: errorRecord(error) }));
      io.send({ type: 'masks', predictions: [predicted] });
      io.send({ type: 'progress', done: i + 1, total: images.length, what: 'Predicting', secondsLeft: ((performance.now() - began) / 1000 / (i + 1)) * (images.length - i - 1) });
    }

    async function predictOne(image: JobImage): Promise<Predicted> {
      const bytes = await bytesOf(image, io.blobs), { width, height } = await decode(bytes);
      const picture = await scaledPicture(bytes, preprocessing);
      const said = await stitcher.stitch(picture), labels = likeliest(said, classes + 1);
      const full = (data: Uint8Array) => (picture.width === width && picture.height === height ? data : resize({ ...picture, channels: 1, data }, wholeAt(height, width), 'nearest'));
      const packed = packLabels({ width, height, labels: full(labels) });
      return {
        id: image.id, labels: packed, error: null,
        ...(besides.includes('blobs') && { blobs: { labels: await io.blobs.put(Buffer.from(packed)), probabilities: await io.blobs.put(await probabilityPng(planesOf(probabilityPlanes(said, classes + 1), labels.length).map(full), width, height)) } }),
        ...(besides.includes('disagreement') && { disagreement: await unsure(picture, labels) }),
      };
    }

    async function unsure(picture: ScaledPicture, labels: Uint8Array): Promise<number> {
      const views = [labels];
      for (const how of mirrorings) {
        const said = likeliest(await stitcher.stitch({ ...picture, data: mirrored(picture.data, picture, how) }), classes + 1);
        views.push(mirrored(said, { ...picture, channels: 1 }, how));
      }
      return disagreement(views, classes);
    }
  } finally {
    await engine.close();
  }
}

function probabilityPng(planes: readonly Uint8Array[], width: number, height: number): Promise<Uint8Array> {
  return encodePng({ width, height: height * planes.length, channels: 1, data: Buffer.concat(planes) });
}

async function bytesOf({ source }: JobImage, blobs: Blobs): Promise<Uint8Array> {
  if ('blob' in source) return blobs.get(source.blob);
  return readFile(source.file).catch((cause: unknown) => {
    throw new StudioError('unreadable', 'image.no-file', { path: source.file }, `The file ${source.file} cannot be read. Put it back, or leave it out.`, { cause });
  });
}

/** The likeliest map of every pixel. */
function likeliest(probabilities: Float32Array, maps: number): Uint8Array {
  return Uint8Array.from({ length: probabilities.length / maps }, (_, pixel) => {
    let best = 0;
    for (let c = 1; c < maps; c++) if (probabilities[pixel * maps + c]! > probabilities[pixel * maps + best]!) best = c;
    return best;
  });
}
