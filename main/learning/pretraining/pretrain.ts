// The part of a run before its strategy: a backbone that has looked at the project's pictures without their classes, beside the plain one.
import type { TrainDocument } from '#contract/jobs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { StudioError } from '#contract/errors.ts';
import { openEngine } from '../../engines/index.ts';
import type { JobIo } from '../../jobs/io.ts';
import { initialValues } from '../../nets/index.ts';
import { openBatches, pictureOf } from '../batches/batches.ts';
import { baseValues, deltaFile, differing, parentValues } from '../model.ts';
import { networkOf } from '../plan.ts';
import { collapsedBelow } from './collapse.ts';
import { simsiam } from './simsiam.ts';
import { twoViews } from './views.ts';

type Scores = Extract<RunEventBody, { type: 'epoch' }>['validation'];

/**
 * Pretrains as the document says, and gives the document of the run that goes on from there.
 * @param probe fits a linear head on the backbone of a document, and tells how good it is on the validation partition; null when it was stopped
 */
export async function pretrain(document: TrainDocument, io: JobIo, probe: (document: TrainDocument) => Promise<Scores | null>): Promise<TrainDocument> {
  const { pretraining, weights, blobs: folder, preprocessing, seed, threads, home, precision } = document;
  if (!pretraining) return document;
  if (document.task === 'segmentation') throw new StudioError('refused', 'pretraining.segmentation', {}, 'Pretraining without classes is for projects in which whole pictures have a class.');
  const began = performance.now(), { images, ...settings } = pretraining;
  const network = networkOf(document);
  const base = await baseValues(weights, network);
  const known = await parentValues(weights, base, network, io.blobs);
  const start = new Map([...initialValues(network, seed, { head: 'zero' })].map(([name, tensor]) => [name, known.get(name) ?? tensor]));
  const tell = (body: RunEventBody) => io.send({ type: 'event', body });
  const { engine } = await openEngine({ engine: document.engine, purpose: 'train', home, threads, precision });
  const reader = openBatches({ pictures: images.map(pictureOf), blobs: folder, preprocessing, augmentation: twoViews, seed, keep: true, workers: Math.max(1, Math.min(threads, 4)) });
  const limit = collapsedBelow(settings.dimension);
  let last = Infinity, told = -Infinity;
  try {
    if (!engine.trainer) throw new StudioError('engine', 'engine.no-training', { engine: engine.id }, `The engine ${engine.id} cannot train. Choose another one.`);
    const left = (done: number, total: number) => ((performance.now() - began) / 1000 / done) * (total - done);
    const values = await simsiam({
      settings, network, start, engine, reader, pictures: images.length, seed,
      stopRequested: () => io.stopRequested(),
      stepDone(done, total) {
        if (performance.now() - told < 250) return;
        told = performance.now();
        io.send({ type: 'progress', done, total, what: 'Looking at pictures without classes', secondsLeft: left(done, total) });
      },
      epochDone({ epoch, deviation, ...rest }) {
        last = deviation;
        tell({ type: 'pretraining', epoch, epochs: settings.epochs, deviation, collapsedBelow: limit, ...rest, secondsLeft: left(epoch, settings.epochs) });
      },
    });
    // The start too, so that random weights that were never trained come along.
    const delta = await io.blobs.put(deltaFile(differing(base, new Map([...start, ...values])), document.backbone));
    const going: TrainDocument = { ...document, weights: { ...weights, delta } };
    const collapsed = !(last > limit);
    if (collapsed) tell({ type: 'warning', key: 'pretraining.collapsed', params: { deviation: last.toPrecision(2), limit: limit.toPrecision(2) }, message: `The embeddings have collapsed: their standard deviation is ${last.toPrecision(2)}, at most ${limit.toPrecision(2)} is what next to no difference between pictures gives. Use another seed, a lower rate or a larger batch.` });
    const [plain, pretrained] = [await probe(document), await probe(going)];
    if (plain && pretrained) tell({ type: 'pretrained', pictures: images.length, seconds: (performance.now() - began) / 1000, collapsed, plain, pretrained });
    return going;
  } finally {
    await reader.close();
    await engine.close();
  }
}
