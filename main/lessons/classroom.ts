// What a lesson works with: the sample's pictures, training and measuring as any run does them, and a way to show how far it is.
import { StudioError } from '#contract/errors.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, JobWeights, LessonDocument, PredictDocument, TrainDocument, TrainedModel } from '#contract/jobs.ts';
import type { LessonPlot } from '#contract/lessons.ts';
import type { EngineRecord } from '#contract/engines.ts';
import type { StrategyValues } from '#contract/runs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import type { z } from 'zod';
import type { JobIo } from '../jobs/io.ts';
import { memoryBlobs } from '../learning/comparison/memory-blobs.ts';
import { train } from '../learning/index.ts';
import { predictPictures } from '../learning/predict.ts';
import { variant } from '../nets/index.ts';
import { underOldHead } from './old-head.ts';

type Epoch = Extract<RunEventBody, { type: 'epoch' }>;
type Model = z.infer<typeof TrainedModel>;

/** What is trained, and on what. */
export interface Training {
  readonly backbone: string;
  /** The sample's pretrained weights, none, or those of a model that was trained before. */
  readonly weights: 'pretrained' | 'none' | z.infer<typeof JobWeights>;
  /** The model that `weights` are of, where its head counts too, with the pictures that it learned from: as a run that begins with a model of another project. */
  readonly parent?: { readonly trained: Trained; readonly images: readonly JobImage[] };
  /** Pixels of each side of a picture. */
  readonly size: number;
  readonly strategy: string;
  readonly values: StrategyValues;
  readonly images: readonly JobImage[];
  /** None = the sample's. */
  readonly classes?: readonly string[];
  readonly seed: number;
  onEpoch?(epoch: Epoch): void;
}

export interface Trained {
  readonly training: Training;
  readonly epochs: readonly Epoch[];
  /** None where the loss was no number any more. */
  readonly model: Model | null;
  /** The same network under the head of its parent; none where the run did not carry that along. */
  readonly underOldHead: Model | null;
}

export interface Classroom {
  readonly document: LessonDocument;
  readonly io: JobIo;
  /** Trains, and counts it as one of the lesson's parts. What diverges is a result, not a failure. */
  train(training: Training): Promise<Trained>;
  /** 1 for each picture that a model is right on, else 0, with the largest probability taken as the answer. */
  right(training: Training, model: Model | null, images: readonly JobImage[]): Promise<number[]>;
  /** Weights of a model that the next training can start from. */
  weightsOf(trained: Trained): z.infer<typeof JobWeights>;
  /** Says how many parts the lesson has. */
  parts(count: number): void;
  /** Another part is done that was not a training. */
  partDone(): void;
  /** Shows the plot as far as it is. */
  show(plot: LessonPlot): void;
  /** Throws `cancelled` when the lesson was asked to stop. */
  stopIfAsked(): void;
  /** The engine of the last training. */
  engine(): EngineRecord | null;
}

export function openClassroom(document: LessonDocument, job: JobIo, show: (plot: LessonPlot) => void): Classroom {
  // What is trained here is judged and forgotten.
  const blobs = memoryBlobs(job.blobs), io: JobIo = { ...job, blobs };
  const began = performance.now();
  let parts = 1, done = 0, engine: EngineRecord | null = null;
  const tell = (within: number) => {
    const at = Math.min(parts, done + within);
    io.send({ type: 'progress', done: at, total: parts, what: 'Lesson', secondsLeft: at > 0.3 ? ((performance.now() - began) / 1000 / at) * (parts - at) : null });
  };
  const partDone = () => {
    done += 1;
    tell(0);
  };
  const stopIfAsked = () => {
    if (io.stopRequested()) throw new StudioError('cancelled', 'lesson.stopped', {}, 'The lesson was stopped.');
  };
  const common = ({ backbone, size, classes, seed }: Training) => ({
    protocol: PROTOCOL, jobId: document.jobId, blobs: document.blobs, home: document.home, backbone, classes: [...classes ?? document.classes], threads: document.threads, precision: document.precision,
    engine: document.engine, seed, task: 'classification',
    preprocessing: { ...(backbone === document.backbone ? document.preprocessing : variant(backbone).preprocessing), size: [size, size] },
  }) satisfies Partial<TrainDocument>;
  const startOf = (weights: Training['weights']): z.infer<typeof JobWeights> => (weights === 'pretrained' ? document.weights : weights === 'none' ? { base: null, baseSha256: null, delta: null } : weights);

  /** As a run has it of the model that it begins with. */
  const parentOf = ({ trained: { training, model }, images }: NonNullable<Training['parent']>): NonNullable<TrainDocument['parent']> => {
    if (model === null) throw new Error('a training that diverged is no parent');
    const name = 'lesson';
    return { id: name, name, folder: '', project: name, task: 'classification', classes: [...training.classes ?? document.classes], dataset: model.delta, delta: model.delta, head: model.head, images: [...images] };
  };

  return {
    document, io, stopIfAsked, partDone, show,
    engine: () => engine,
    parts(count) {
      parts = count;
      tell(0);
    },
    async train(training) {
      stopIfAsked();
      const epochs: Epoch[] = [];
      let model: Model | null = null, total = 1, checkpoint: string | null = null;
      const hear = (body: RunEventBody) => {
        if (body.type === 'checkpoint') {
          if (checkpoint !== null) blobs.drop(checkpoint);
          checkpoint = body.blob;
        }
        if (body.type === 'plan') {
          engine = body.engine;
          total = body.plan.phases.reduce((sum, phase) => sum + (phase.kind === 'train' ? phase.epochs : 1), 0);
        }
        if (body.type !== 'epoch') return;
        epochs.push(body);
        tell(body.epoch / total);
        training.onEpoch?.(body);
      };
      const run: TrainDocument = {
        ...common(training), kind: 'train', runId: 'lesson', weights: startOf(training.weights), strategy: training.strategy, values: training.values, dataset: 'sample',
        images: [...training.images], resume: null, resumeEngine: null, ...(training.parent && { parent: parentOf(training.parent) }),
      };
      try {
        await train(run, { ...io, send: (message) => (message.type === 'event' ? hear(message.body) : message.type === 'model' ? void (model = message.model) : undefined) });
      } catch (error) {
        if (!(error instanceof StudioError && error.key === 'training.diverged')) throw error;
      }
      stopIfAsked();
      const old = training.parent?.trained.model, made = model as Model | null; // set by a call that the compiler does not follow
      const both = old && made && checkpoint !== null ? await underOldHead(run, old, checkpoint, blobs) : null;
      if (checkpoint !== null) blobs.drop(checkpoint);
      partDone();
      return { training, epochs, model: made, underOldHead: both };
    },
    weightsOf({ training, model }) {
      if (model === null) throw new Error('a training that diverged has no weights');
      return { ...startOf(training.weights), delta: model.delta };
    },
    async right(training, model, images) {
      if (model === null) throw new Error('a training that diverged has no answers');
      const asked: PredictDocument = { ...common(training), kind: 'predict', classes: model.classes, weights: { ...startOf(training.weights), delta: model.delta }, head: model.head, images: [...images] };
      const predictions = await predictPictures(asked, blobs, { tell: () => undefined, stopRequested: io.stopRequested });
      stopIfAsked();
      return predictions.map(({ probabilities }, i) => (probabilities !== null && probabilities.indexOf(Math.max(...probabilities)) === images[i]!.targets[0] ? 1 : 0));
    },
  };
}
