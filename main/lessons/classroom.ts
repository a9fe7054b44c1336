// What a lesson works with: the sample's pictures, training and measuring as any run does them, and a way to show how far it is.
import { StudioError } from '#contract/errors.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, JobWeights, LessonDocument, LessonImage, PredictDocument, TrainDocument, TrainedModel } from '#contract/jobs.ts';
import type { LessonPlot } from '#contract/lessons.ts';
import type { EngineRecord } from '#contract/engines.ts';
import type { StrategyValues } from '#contract/runs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import type { z } from 'zod';
import type { JobIo } from '../jobs/io.ts';
import { train } from '../learning/index.ts';
import { predictPictures } from '../learning/predict.ts';
import { variant } from '../nets/index.ts';

type Epoch = Extract<RunEventBody, { type: 'epoch' }>;

/** What is trained, and on what. */
export interface Training {
  readonly backbone: string;
  /** The sample's pretrained weights, none, or those of a model that was trained before. */
  readonly weights: 'pretrained' | 'none' | z.infer<typeof JobWeights>;
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
  readonly model: z.infer<typeof TrainedModel> | null;
}

export interface Classroom {
  readonly document: LessonDocument;
  readonly io: JobIo;
  /** Trains, and counts it as one of the lesson's parts. What diverges is a result, not a failure. */
  train(training: Training): Promise<Trained>;
  /** Share of right answers, with the largest probability taken as the answer. */
  accuracy(trained: Trained, images: readonly LessonImage[]): Promise<number>;
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

export function openClassroom(document: LessonDocument, io: JobIo, show: (plot: LessonPlot) => void): Classroom {
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
      let model: Trained['model'] = null, total = 1;
      const hear = (body: RunEventBody) => {
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
        images: [...training.images], resume: null, resumeEngine: null,
      };
      try {
        await train(run, { ...io, send: (message) => (message.type === 'event' ? hear(message.body) : message.type === 'model' ? void (model = message.model) : undefined) });
      } catch (error) {
        if (!(error instanceof StudioError && error.key === 'training.diverged')) throw error;
      }
      stopIfAsked();
      partDone();
      return { training, epochs, model };
    },
    weightsOf({ training, model }) {
      if (model === null) throw new Error('a training that diverged has no weights');
      return { ...startOf(training.weights), delta: model.delta };
    },
    async accuracy(trained, images) {
      if (trained.model === null) throw new Error('a training that diverged has no answers');
      const { training, model } = trained;
      const asked: PredictDocument = { ...common(training), kind: 'predict', weights: { ...startOf(training.weights), delta: model.delta }, head: model.head, images: images.map(({ site: _, ...image }) => image) };
      const predictions = await predictPictures(asked, io.blobs, { tell: () => undefined, stopRequested: io.stopRequested });
      stopIfAsked();
      const right = predictions.filter(({ probabilities }, i) => probabilities !== null && probabilities.indexOf(Math.max(...probabilities)) === images[i]!.targets[0]);
      return right.length / images.length;
    },
  };
}
