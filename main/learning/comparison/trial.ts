// One training of an arm with one fold held out: the same job as any run, but for its model, which is judged on the fold and forgotten.
import { StudioError, studioError } from '#contract/errors.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { CompareDocument, JobMessage, PredictDocument, TrainDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { makeSplit } from '../../splits/index.ts';
import { train } from '../job.ts';
import { predictPictures } from '../predict.ts';
import { memoryBlobs } from './memory-blobs.ts';

export type Arm = CompareDocument['arms'][number];
export type Unit = CompareDocument['units'][number];

export interface Trial {
  /** One row for each held-out picture. */
  readonly probabilities: readonly (readonly number[])[];
  /** The clock ended it. */
  readonly cut: boolean;
}

/** Of the pictures that are not held out: on them the best epoch is chosen, so that the fold stays unseen. */
const validationShare = 0.2;

/**
 * @param held indices of the held-out pictures
 * @param seconds after which training ends with the best so far. The clock starts with the first phase: reading pictures is not cut, since other arms use what was read, and no arm ends empty-handed
 */
export async function trial(document: CompareDocument, io: JobIo, arm: Arm, unit: Unit, held: readonly number[], seconds: number): Promise<Trial> {
  const blobs = memoryBlobs(io.blobs);
  let began = Infinity, checkpoint: string | null = null;
  let model: Extract<JobMessage, { type: 'model' }>['model'] | null = null;
  const over = () => performance.now() - began > 1000 * seconds;
  const run = trainDocument(document, arm, unit, held);
  await train(run, {
    blobs,
    stopRequested: () => io.stopRequested() || over(),
    send(message) {
      if (message.type === 'model') model = message.model;
      if (message.type !== 'event') return;
      if (message.body.type === 'phase') began = Math.min(began, performance.now());
      if (message.body.type === 'checkpoint') {
        if (checkpoint !== null) blobs.drop(checkpoint);
        checkpoint = message.body.blob;
      }
    },
  });
  if (io.stopRequested()) throw stopped();
  if (model === null) throw new Error(`${arm.id} ended without a model`);
  const { delta, head } = model as Extract<JobMessage, { type: 'model' }>['model']; // set by a call that the compiler does not follow
  const cut = over();
  const images = held.map((i) => document.images[i]!);
  const { kind: _, runId: _run, strategy: _strategy, values: _values, dataset: _dataset, resume: _resume, resumeEngine: _engine, ...common } = run;
  const predictDocument: PredictDocument = { ...common, kind: 'predict', head, weights: { ...run.weights, delta }, images };
  const predictions = await predictPictures(predictDocument, blobs, { tell: () => {}, stopRequested: () => io.stopRequested() });
  if (predictions.length < images.length) throw stopped();
  return {
    cut,
    probabilities: predictions.map(({ probabilities, error }) => {
      if (probabilities === null) throw error ? studioError(error) : new Error('a prediction has neither probabilities nor a reason');
      return probabilities;
    }),
  };
}

const stopped = () => new StudioError('cancelled', 'comparison.stopped', {}, 'The comparison was stopped; what is done is kept.');

function trainDocument(document: CompareDocument, arm: Arm, unit: Unit, held: readonly number[]): TrainDocument {
  const { jobId, blobs, home, classes, threads, precision, engine, task, dataset, images } = document;
  const out = new Set(held);
  const rest = images.filter((_, i) => !out.has(i));
  const { partition } = makeSplit(rest.map(({ id, targets, group }) => ({ id, classIndex: targets[0] ?? null, group, declared: null })), { validation: validationShare, test: 0, folds: 1, seed: unit.seed });
  return {
    kind: 'train', protocol: PROTOCOL, jobId, runId: `${arm.id} ${unit.fold}`, blobs, home, backbone: arm.backbone, weights: arm.weights, classes, preprocessing: arm.preprocessing,
    threads, precision, engine, seed: unit.seed, task, strategy: arm.strategy, values: arm.values, dataset,
    images: rest.map((image) => ({ ...image, partition: partition.get(image.id) ?? 'train' })), resume: null, resumeEngine: null,
  };
}
