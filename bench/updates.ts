// What the benches of forgetting share: the ways to update a model, runs without a project, and scores of what they make.
import { availableParallelism } from 'node:os';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, JobMessage, PredictDocument, TrainDocument } from '#contract/jobs.ts';
import type { Partition } from '#contract/records.ts';
import type { StrategyValues } from '#contract/runs.ts';
import type { Blobs } from '../main/blobs/index.ts';
import { homeFolder, resourcesFolder } from '../main/home.ts';
import { train } from '../main/learning/index.ts';
import { predictPictures } from '../main/learning/predict.ts';
import { stream } from '../main/random.ts';
import { locateWeights } from '../main/weights/index.ts';

export type Model = Extract<JobMessage, { type: 'model' }>['model'];
export interface Arm { readonly name: string; readonly strategy: string; readonly values: StrategyValues }

/** The same steps for all, at rates at which a network does forget; the first has no pull at all. */
export const common = { augmentation: 'none', patience: 0, batchSize: 16, backboneRate: 0.5, weightDecay: 0 } as const;
export const arms: readonly Arm[] = [
  { name: 'plain fine-tuning', strategy: 'l2-sp', values: { alpha: 0, beta: 0 } },
  ...[0.01, 0.1, 1].map((alpha) => ({ name: `L2-SP, alpha ${alpha}`, strategy: 'l2-sp', values: { alpha } })),
  ...[1, 100, 10_000].map((lambda) => ({ name: `EWC, lambda ${lambda}`, strategy: 'ewc', values: { lambda, pictures: 64 } })),
  { name: 'LwF', strategy: 'lwf', values: {} },
  { name: 'rehearsal', strategy: 'rehearsal', values: {} },
];

/** Partition of each subject, drawn: three in ten are held out for the scores, three in twenty are for validation. */
export function divided(subjects: readonly string[], seed: number): (readonly [string, Partition])[] {
  return Array.from(stream(seed, 'subjects').permutation(0, subjects.length), (at, place) => [subjects[at]!, place < 0.3 * subjects.length ? 'test' : place < 0.45 * subjects.length ? 'validation' : 'train'] as const);
}

export const learned = (images: readonly JobImage[]) => images.filter(({ partition }) => partition !== 'test');
export const heldOut = (images: readonly JobImage[]) => images.filter(({ partition }) => partition === 'test');
export const percent = (value: number) => `${Math.round(100 * value)} %`;

export async function startDocument(blobs: Blobs, { classes: names, size, seed }: { readonly classes: string[]; readonly size: number; readonly seed: number }): Promise<TrainDocument> {
  const weights = await locateWeights('tf_efficientnet_lite0.in1k', { home: homeFolder(), resources: resourcesFolder });
  return {
    kind: 'train', protocol: PROTOCOL, jobId: 'bench', runId: 'bench', blobs: blobs.folder, home: homeFolder(), backbone: 'tf_efficientnet_lite0', weights: { base: weights.path, baseSha256: weights.sha256, delta: null }, classes: names,
    preprocessing: { ...weights.preprocessing!, size: [size, size] }, threads: availableParallelism(), precision: 'float32', engine: 'auto', seed,
    task: 'classification', strategy: 'fine-tune', values: {}, dataset: '', images: [], resume: null, resumeEngine: null,
  };
}

/** What a run leaves: its model, and the blob of its last checkpoint, where it had steps. */
export async function made(run: TrainDocument, blobs: Blobs): Promise<{ readonly model: Model; readonly checkpoint: string | null }> {
  let model: Model | null = null, checkpoint: string | null = null;
  await train(run, {
    blobs, stopRequested: () => false,
    send(message) {
      if (message.type === 'model') model = message.model;
      if (message.type === 'event' && message.body.type === 'checkpoint') checkpoint = message.body.blob;
    },
  });
  if (model === null) throw new Error('the run made no model');
  return { model, checkpoint };
}

/** Share of right answers. */
export async function accuracy(base: TrainDocument, model: Model, images: readonly JobImage[], blobs: Blobs): Promise<number> {
  const { kind: _, runId: __, strategy: ___, values: ____, dataset: _____, resume: ______, resumeEngine: _______, parent: ________, ...shared } = base;
  const asked: PredictDocument = { ...shared, kind: 'predict', classes: model.classes, weights: { ...base.weights, delta: model.delta }, head: model.head, images: [...images] };
  const found = await predictPictures(asked, blobs, { tell: () => undefined, stopRequested: () => false });
  return found.filter(({ probabilities }, i) => probabilities !== null && probabilities.indexOf(Math.max(...probabilities)) === images[i]!.targets[0]).length / images.length;
}
