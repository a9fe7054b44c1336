// SimSiam: epochs over pictures without classes, two views of each, a look at the spread of the embeddings after each epoch.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { Pretraining } from '#contract/pretraining.ts';
import { scheduleFactor } from '#contract/schedule.ts';
import type { Engine, Trainer } from '../../engines/engine.ts';
import type { Network } from '../../nets/graph.ts';
import { initialValues, parameters } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { chunks, evenBatches } from '../batches/batching.ts';
import type { BatchReader, PictureBatch } from '../batches/batches.ts';
import { unitDeviation } from './collapse.ts';
import { siamese } from './siamese.ts';

export interface SimsiamEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly deviation: number;
  readonly seconds: number;
}

export interface SimsiamOptions {
  readonly settings: Pretraining;
  readonly network: Network;
  /** Of the backbone, before. */
  readonly start: TensorMap;
  readonly engine: Engine;
  /** Changes pictures as `twoViews` says. */
  readonly reader: BatchReader;
  /** How many pictures the reader has. */
  readonly pictures: number;
  readonly seed: number;
  epochDone(epoch: SimsiamEpoch): void;
  stepDone(done: number, total: number): void;
  stopRequested(): boolean;
}

/** Constants of the paper; decay is for all parameters there. */
const momentum = 0.9, weightDecay = 1e-4;
/** Pictures whose spread is looked at. */
const looked = 256;

/** @returns the values of the backbone after the last epoch. Throws `refused` for a loss that is no number any more, `cancelled` when it was asked to stop */
export async function simsiam(options: SimsiamOptions): Promise<TensorMap> {
  const { settings, network: backbone, start, engine, seed, pictures, epochDone } = options;
  const { network, projection, prediction, predictor, fixed } = siamese(backbone, settings.dimension);
  const drawn = initialValues(network, seed, { head: 'uniform' });
  const trainer = await engine.trainer!({
    network,
    groups: new Map(parameters(network).flatMap(({ name, role }) => (role === 'weight' && !fixed.has(name) ? [[name, predictor.has(name) ? 1 : 0] as const] : []))),
    batchStatistics: new Set(network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id)),
    loss: [{ kind: 'negative-cosine', prediction, projection, coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum, nesterov: false },
    alsoPredicts: [projection],
    precision: 'float32',
  });
  try {
    await trainer.load(new Map([...drawn].map(([name, tensor]) => [name, start.get(name) ?? tensor])), { fresh: true });
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      const began = performance.now();
      const loss = await oneEpoch(trainer, options, epoch);
      const deviation = unitDeviation(await embeddings(trainer, options.reader, Math.min(pictures, looked), projection));
      epochDone({ epoch: epoch + 1, loss, deviation, seconds: (performance.now() - began) / 1000 });
    }
    const own = new Set(parameters(backbone).map(({ name }) => name));
    return new Map([...await trainer.save({ slots: false })].filter(([name]) => own.has(name)));
  } finally {
    await trainer.close();
  }
}

/** @returns the mean loss */
async function oneEpoch(trainer: Trainer, { settings, reader, pictures, seed, stepDone, stopRequested }: SimsiamOptions, epoch: number): Promise<number> {
  const { epochs, batchSize, learningRate, dimension } = settings;
  const batches = evenBatches(Array.from(stream(seed, 'pretraining').permutation(epoch, pictures)), batchSize);
  const peak = (learningRate * batchSize) / 256;
  const views = reader.read(batches.flatMap((members) => [{ members, turn: 2 * epoch }, { members, turn: 2 * epoch + 1 }]));
  let sum = 0, done = 0;
  for await (const [first, second] of pairs(views)) {
    const factor = scheduleFactor({ kind: 'cosine', warmup: 0, floor: 0 }, (epoch * batches.length + done) / (epochs * batches.length));
    const { loss } = await trainer.step({ input: joined(first, second), targets: new Map(), seed: [epoch, done] }, { learningRate: [peak * factor, peak], weightDecay: [weightDecay, weightDecay] });
    if (!Number.isFinite(loss)) throw new StudioError('refused', 'pretraining.diverged', { epoch: epoch + 1, rate: learningRate }, `The loss is no longer a number in epoch ${epoch + 1} of the pretraining. Start again with a lower rate than ${learningRate}, or a smaller dimension than ${dimension}.`);
    sum += loss * first.members.length;
    stepDone(epoch * batches.length + ++done, epochs * batches.length);
    // An engine may block the thread through whole steps: messages have to come in between.
    await setImmediate();
    if (stopRequested()) throw new StudioError('cancelled', 'run.stopped-early', {}, 'The run was stopped before there was anything to keep.');
  }
  return sum / pictures;
}

async function* pairs(views: AsyncGenerator<PictureBatch>): AsyncGenerator<readonly [PictureBatch, PictureBatch]> {
  let first: PictureBatch | null = null;
  for await (const view of views) {
    for (const error of view.errors.values()) throw error;
    if (first === null) first = view;
    else {
      yield [first, view];
      first = null;
    }
  }
}

/** Rows of one view, then those of the other. */
function joined({ input: a }: PictureBatch, { input: b }: PictureBatch): Tensor {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { shape: [2 * a.shape[0]!, ...a.shape.slice(1)], data };
}

/** Projections of the first pictures as they are, with stored statistics. */
async function embeddings(trainer: Trainer, reader: BatchReader, count: number, projection: string): Promise<Tensor> {
  const rows: Tensor[] = [];
  for await (const { input, errors } of reader.read(chunks(Array.from({ length: count }, (_, i) => i), 32).map((members) => ({ members, turn: null })))) {
    for (const error of errors.values()) throw error;
    rows.push(await trainer.predict(input, projection));
  }
  const dimension = rows[0]!.shape[1]!, data = new Float32Array(count * dimension);
  let at = 0;
  for (const row of rows) {
    data.set(row.data, at);
    at += row.data.length;
  }
  return { shape: [count, dimension], data };
}

