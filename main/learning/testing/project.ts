// A small project for tests: drawn pictures as blobs in a temporary folder, and documents of jobs on them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, JobMessage, PredictDocument, TrainDocument } from '#contract/jobs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { openBlobs } from '../../blobs/index.ts';
import type { Blobs } from '../../blobs/index.ts';
import { homeFolder, resourcesFolder } from '../../home.ts';
import { encodePng } from '../../images/index.ts';
import type { JobIo } from '../../jobs/io.ts';
import { stream } from '../../random.ts';
import { locateWeights } from '../../weights/index.ts';

export interface TestProject {
  readonly folder: string;
  readonly blobs: Blobs;
  /** Training pictures first, then validation; the classes take turns. */
  readonly images: readonly JobImage[];
}

export async function testProject(t: TestContext, { training = 24, validation = 12, classes = 2 } = {}): Promise<TestProject> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-learning-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const blobs = openBlobs(join(folder, 'blobs'));
  const images: JobImage[] = [];
  for (let i = 0; i < training + validation; i++) {
    const target = i % classes;
    images.push({ id: `picture ${i}`, source: { blob: await blobs.put(await drawPicture(i, target)) }, partition: i < training ? 'train' : 'validation', targets: [target], group: `subject ${i}` });
  }
  return { folder, blobs, images };
}

/** Gratings: the class is how steep and how fine the lines are; phase, colour and noise say nothing. */
export async function drawPicture(index: number, target: number, [width, height] = [72, 64]): Promise<Uint8Array> {
  const random = stream(7, `picture/${index}`);
  const angle = target * 0.9 + 0.15 * random.normal(0), period = 7 + 3 * target, phase = 6 * random.uniform(1);
  const tint = [2, 3, 4].map((k) => 90 + 60 * random.uniform(k));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const wave = Math.sin((2 * Math.PI * (x * Math.cos(angle) + y * Math.sin(angle))) / period + phase);
    const noise = 12 * random.normal(10 + y * width + x);
    for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, tint[c]! + 50 * wave + noise));
  }
  return encodePng({ width, height, channels: 3, data });
}

/** The embedded backbone on small pictures. */
export async function trainDocument({ blobs, images }: TestProject, change: Partial<TrainDocument> = {}): Promise<TrainDocument> {
  const weights = await locateWeights('tf_efficientnet_lite0.in1k', { home: homeFolder(), resources: resourcesFolder });
  return {
    kind: 'train', protocol: PROTOCOL, jobId: 'job', runId: 'run', blobs: blobs.folder, home: homeFolder(), backbone: 'tf_efficientnet_lite0',
    weights: { base: weights.path, baseSha256: weights.sha256, delta: null }, classes: ['flat', 'steep'],
    preprocessing: { ...weights.preprocessing!, size: [64, 64] }, threads: 1, precision: 'float32', engine: 'auto', seed: 1,
    task: 'classification', strategy: 'feature-extraction', values: {}, dataset: 'version', images: [...images], resume: null, resumeEngine: null,
    ...change,
  };
}

/** A model that knows the same classes from the same pictures, its validation pictures held out; its own tensors are those that a document names. */
export function earlierModel({ images }: TestProject): NonNullable<TrainDocument['parent']> {
  return {
    id: 'earlier', name: 'earlier', folder: 'elsewhere', project: 'earlier', task: 'classification', classes: ['steep', 'flat'], dataset: '0'.repeat(64), delta: '0'.repeat(64), head: { kind: 'linear' },
    images: images.map((image) => ({ ...image, id: `earlier ${image.id}`, targets: image.targets.map((c) => 1 - c) })),
  };
}

/** The same with what a run made. */
export function predictDocument(document: TrainDocument, model: Model, images: readonly JobImage[] = document.images): PredictDocument {
  const { kind: _kind, runId: _runId, strategy: _strategy, values: _values, dataset: _dataset, resume: _resume, resumeEngine: _engine, ...common } = document;
  return { ...common, kind: 'predict', weights: { ...document.weights, delta: model.delta }, head: model.head, images: [...images] };
}

export type Model = Extract<JobMessage, { type: 'model' }>['model'];

/** Listens to a job. `stopAfter` asks it to stop once it has told so many events of a type. */
export interface Listener extends JobIo {
  readonly messages: JobMessage[];
  events<T extends RunEventBody['type']>(type: T): Extract<RunEventBody, { type: T }>[];
  model(): Model;
}

export function listener(blobs: Blobs, stopAfter?: { readonly type: RunEventBody['type']; readonly count: number }): Listener {
  const messages: JobMessage[] = [];
  const events = <T extends RunEventBody['type']>(type: T) => messages.flatMap((message) => (message.type === 'event' && message.body.type === type ? [message.body as Extract<RunEventBody, { type: T }>] : [])); // its type was just compared
  return {
    blobs, messages, events,
    send: (message) => void messages.push(message),
    stopRequested: () => stopAfter !== undefined && events(stopAfter.type).length >= stopAfter.count,
    model() {
      const found = messages.find((message) => message.type === 'model');
      if (!found) throw new Error('the run made no model');
      return found.model;
    },
  };
}
