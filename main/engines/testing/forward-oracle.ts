// A runner held to PyTorch's numbers of a backbone: logits, pooled features and the statistics of each stage.
import assert from 'node:assert/strict';
import { moduleEnd } from '../../nets/index.ts';
import type { Network } from '../../nets/graph.ts';
import type { Tensor } from '../../tensor.ts';
import { oraclePictures, oracleValues, relativeDifference } from '../../../testdata/oracle/index.ts';
import type { ForwardCase, StageStatistics } from '../../../testdata/oracle/index.ts';
import type { Engine } from '../engine.ts';

/** Ten times what float32 loses in the worst of these networks (see the oracle's README). */
const TOLERANCE = 1e-4;

/** @throws AssertionError naming what differs */
export async function equalsForwardOracle(engine: Pick<Engine, 'runner'>, network: Network, expected: ForwardCase): Promise<void> {
  const { input, logits, logits_image1, pooled, stages, bn_s } = expected;
  const ends = new Map(stages.map(([module]) => [module, moduleEnd(network.nodes, module)]));
  const runner = await engine.runner({ network, values: oracleValues(network, bn_s), outputs: [network.output, network.features, ...ends.values()], precision: 'float32' });
  const outputs = await runner.run(oraclePictures(2, input));
  await runner.close();

  const scores = outputs.get(network.output)!.data;
  close('logits of picture 0', scores.subarray(0, 10), logits);
  // The scale is that of all logits: four of ten may all be small.
  assert.ok(Math.max(...logits_image1.map((value, i) => Math.abs(value - scores[10 + i]!))) <= TOLERANCE * Math.max(...scores.subarray(10).map(Math.abs)), 'logits of picture 1');
  const features = outputs.get(network.features)!;
  assert.deepEqual(features.shape, [2, pooled.n]);
  close('pooled features', [...features.data.subarray(0, 16), ...moments(features.data.subarray(0, pooled.n))], [...pooled.first16, pooled.mean, pooled.std]);
  for (const stage of stages) checkStage(outputs.get(ends.get(stage[0])!)!, stage);
}

function checkStage({ shape, data }: Tensor, [module, [channels, height, width], mean, deviation, first]: StageStatistics): void {
  assert.deepEqual(shape, [2, height, width, channels], module);
  const picture = data.subarray(0, height * width * channels);
  close(module, [...first.map((_, x) => picture[x * channels]!), ...moments(picture)], [...first, mean, deviation]);
}

function moments(data: Float32Array): readonly [mean: number, deviation: number] {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  return [mean, Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length)];
}

function close(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const difference = relativeDifference(actual, expected);
  assert.ok(difference <= TOLERANCE, `${what} differs by ${difference}`);
}
