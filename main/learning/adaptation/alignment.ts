// Norms whose answer to the training pictures stays what it was, once they take the statistics of whatever they see.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { Engine } from '../../engines/index.ts';
import { parameters } from '../../nets/index.ts';
import type { Network, Node, NodeId } from '../../nets/graph.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { chunks } from '../batches/batching.ts';
import type { Watcher } from '../features/features.ts';
import type { StatisticsRequest } from './batch-statistics.ts';

const batchSize = 32;

/** Of what comes into a norm, per channel. */
export interface InputStatistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Mean and variance of what comes into each norm over all pictures, in inference mode. Measured inside the network: means over positions of x and of x * x. */
export async function inputStatistics(engine: Engine, { network, values, reader, pictures, precision }: StatisticsRequest, watcher: Watcher): Promise<ReadonlyMap<NodeId, InputStatistics>> {
  const norms = network.nodes.filter(({ op }) => op === 'norm');
  const probes = norms.flatMap(({ id, from: [x = ''] }): Node[] => [
    { op: 'globalPool', id: `${id}/mean`, from: [x], keepDims: false },
    { op: 'mul', id: `${id}/square`, from: [x, x] },
    { op: 'globalPool', id: `${id}/second`, from: [`${id}/square`], keepDims: false },
  ]);
  // Behind the output, where they change nothing; only what is asked for is computed.
  const runner = await engine.runner({ network: { ...network, nodes: [...network.nodes, ...probes] }, values, outputs: norms.flatMap(({ id }) => [`${id}/mean`, `${id}/second`]), precision });
  try {
    const sums = new Map<NodeId, Float64Array>();
    let done = 0;
    for await (const { members, input, errors } of reader.read(chunks(Array.from({ length: pictures }, (_, i) => i), batchSize).map((part) => ({ members: part, turn: null })))) {
      for (const error of errors.values()) throw error;
      for (const [node, { data, shape }] of await runner.run(input)) {
        const channels = shape.at(-1)!, sum = sums.get(node) ?? new Float64Array(channels);
        sums.set(node, sum);
        data.forEach((value, at) => { sum[at % channels] = sum[at % channels]! + value / pictures; });
      }
      watcher.tell(done += members.length, pictures);
      await setImmediate();
      if (watcher.stopRequested()) throw new StudioError('cancelled', 'adapt.stopped', {}, 'The adaptation was stopped before there was a model.');
    }
    return new Map(norms.map(({ id }) => {
      const mean = sums.get(`${id}/mean`)!, second = sums.get(`${id}/second`)!;
      return [id, { mean, variance: second.map((value, c) => Math.max(0, value - mean[c]! ** 2)) }];
    }));
  } finally {
    await runner.close();
  }
}

/**
 * Weights and biases of the norms, changed so that a norm with the training pictures' own statistics gives what it gave with the stored ones. Where the two are the same,
 * as in a network that was trained with batch statistics, nothing changes and what follows is AdaBN to the letter; a network whose norms were frozen keeps the
 * statistics of its pretraining, and its head knows the features only as those make them.
 */
export function alignedNorms(network: Network, values: TensorMap, source: ReadonlyMap<NodeId, InputStatistics>): TensorMap {
  return new Map(network.nodes.flatMap((node): [string, Tensor][] => {
    if (node.op !== 'norm') return [];
    const of = (part: string) => values.get(`${node.id}.${part}`)!.data, { mean, variance } = source.get(node.id)!;
    const weight = of('weight'), bias = of('bias'), stored = of('running_mean'), spread = of('running_var');
    const factor = weight.map((_, c) => 1 / Math.sqrt(spread[c]! + node.eps));
    const shape = parameters(network).find(({ name }) => name === `${node.id}.weight`)!.shape;
    return [
      [`${node.id}.weight`, { shape, data: weight.map((gamma, c) => gamma * factor[c]! * Math.sqrt(variance[c]! + node.eps)) }],
      [`${node.id}.bias`, { shape, data: bias.map((beta, c) => beta + weight[c]! * factor[c]! * (mean[c]! - stored[c]!)) }],
    ];
  }));
}
