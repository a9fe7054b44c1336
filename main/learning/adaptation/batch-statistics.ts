// AdaBN: every norm takes the statistics of the new pictures, the weights stay. Li, Wang, Shi, Liu, Hou: "Revisiting batch normalization for practical domain adaptation", 2016.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { Engine } from '../../engines/index.ts';
import type { Network } from '../../nets/graph.ts';
import { initialValues, parameters } from '../../nets/index.ts';
import { sizeOf } from '../../tensor.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import type { BatchReader } from '../batches/batches.ts';
import { evenBatches } from '../batches/batching.ts';
import type { Watcher } from '../features/features.ts';

/** Pictures per pass: the more, the nearer the statistics in which a batch is normalised are to those of all. */
const batchSize = 32;
/** Share of a batch in the running statistics. With the running ones set to 0 before each pass the result is half the batch's, exactly. */
const momentum = 0.5;

export interface StatisticsRequest {
  readonly network: Network;
  /** Without a classifier, as a nearest-neighbour model is, it works as well. */
  readonly values: TensorMap;
  readonly reader: BatchReader;
  /** How many pictures the reader has. */
  readonly pictures: number;
  readonly precision: 'float32' | 'bfloat16';
}

/**
 * Means and variances of what comes into each norm, over all pictures, when each batch is normalised by its own: one forward pass.
 * Throws `cancelled` when asked to stop.
 * @returns running means and variances by name
 */
export async function batchStatistics(engine: Engine, { network, values, reader, pictures, precision }: StatisticsRequest, watcher: Watcher): Promise<TensorMap> {
  const norms = network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id);
  if (!engine.trainer) throw new StudioError('engine', 'engine.no-training', { engine: engine.id }, `The engine ${engine.id} cannot train. Choose another one.`);
  const last = `${network.output}.bias`;
  const trainer = await engine.trainer({
    network: { ...network, nodes: network.nodes.map((node) => (node.op === 'norm' ? { ...node, momentum } : node)) },
    // A training program moves something. The rate is 0, and of the whole only statistics are taken out.
    groups: new Map([[last, 0]]), batchStatistics: new Set(norms),
    loss: [{ kind: 'cross-entropy', logits: network.output, target: 'target', coefficient: 1 }], optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, precision,
  });
  try {
    const shapes = new Map(parameters(network).filter(({ node, role }) => role === 'statistic' && norms.includes(node)).map(({ name, shape }) => [name, shape]));
    const zeros = new Map([...shapes].map(([name, shape]): [string, Tensor] => [name, { shape, data: new Float32Array(sizeOf(shape)) }]));
    await trainer.load(new Map([...initialValues(network, 0, { head: 'zero' }), ...values]), { fresh: true });
    const classes = values.get(last)?.shape[0] ?? sizeOf(parameters(network).find(({ name }) => name === last)!.shape);
    const totals = new Map([...shapes].map(([name, shape]) => [name, { sum: new Float64Array(sizeOf(shape)), square: new Float64Array(sizeOf(shape)) }]));
    let done = 0;
    for await (const { members, input, errors } of reader.read(evenBatches(Array.from({ length: pictures }, (_, i) => i), batchSize).map((part) => ({ members: part, turn: null })))) {
      for (const error of errors.values()) throw error;
      await trainer.load(zeros, { fresh: false });
      const target = { shape: [members.length, classes], data: new Float32Array(members.length * classes).fill(1 / classes) };
      await trainer.step({ input, targets: new Map([['target', target]]), seed: [0, 0] }, { learningRate: [0], weightDecay: [0] });
      const saved = await trainer.save({ slots: false });
      for (const [name, { sum, square }] of totals) saved.get(name)!.data.forEach((half, c) => {
        const value = half / momentum;
        sum[c] = sum[c]! + members.length * value;
        square[c] = square[c]! + members.length * value * value;
      });
      watcher.tell(done += members.length, pictures);
      await setImmediate();
      if (watcher.stopRequested()) throw new StudioError('cancelled', 'adapt.stopped', {}, 'The adaptation was stopped before there was a model.');
    }
    return new Map([...shapes].map(([name, shape]): [string, Tensor] => [name, { shape, data: pooled(name, totals, pictures) }]));
  } finally {
    await trainer.close();
  }
}

type Totals = ReadonlyMap<string, { readonly sum: Float64Array; readonly square: Float64Array }>;

/** Over all batches: the mean of their means; the mean of their variances and the variance of their means together (the law of total variance). */
function pooled(name: string, totals: Totals, pictures: number): Float32Array {
  const { sum } = totals.get(name)!;
  const between = name.endsWith('.running_var') ? totals.get(name.replace(/running_var$/, 'running_mean')) : undefined;
  return Float32Array.from(sum, (value, c) => value / pictures + (between ? Math.max(0, between.square[c]! / pictures - (between.sum[c]! / pictures) ** 2) : 0));
}
