// The loss of SimSiam on the engines that train: its value done by hand, its gradients against differences with the projections held still, and both engines against each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeDifference } from '../../testdata/oracle/index.ts';
import { INPUT } from '../nets/graph.ts';
import type { Network } from '../nets/graph.ts';
import { build } from '../nets/index.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { randomTensor, smallSpec, smallValues } from './compiled/testing/small-network.ts';
import type { Engine, TrainerSpec } from './engine.ts';
import type { LossTerm } from './loss-terms.ts';
import { openEngines } from './testing/twins.ts';

const { wasm, tensorflow, withoutPack } = await openEngines();
const engines = [['wasm', wasm, false], ['tensorflow', tensorflow, withoutPack]] as const;

/** A convolution, a projection and a prediction from it. */
const network: Network = build('siamese', [6, 6, 3], (b) => {
  const map = b.act('act', b.norm('norm', b.conv('conv', INPUT, { filters: 5, kernel: 3, pad: 1 })), 'silu');
  const features = b.globalPool('pool', map);
  const output = b.dense('predictor', b.act('projection.act', b.dense('projector', features, 4), 'silu'), 4);
  return { output, features, gradCam: map, skips: [], stages: [{ name: 'all', end: map }, { name: 'head', end: output }] };
});
const values = smallValues(network);
const pictures = 3;
const batch = { input: randomTensor([2 * pictures, 6, 6, 3], 'two views'), targets: new Map<string, Tensor>(), seed: [1, 2] as const };
const term: LossTerm = { kind: 'negative-cosine', prediction: 'predictor', projection: 'projector', coefficient: 0.7 };
const spec: TrainerSpec = smallSpec({ network, loss: [term], batchStatistics: new Set(), alsoPredicts: ['projector'] });

async function trainerOf(engine: Engine) {
  const trainer = await engine.trainer!(spec);
  await trainer.load(values, { fresh: true });
  return trainer;
}

const rows = ({ data }: Tensor) => Array.from({ length: 2 * pictures }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const cosine = (a: readonly number[], b: readonly number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
/** The formula in float64: each prediction against the projection of the other view. */
function lossOf(predictions: readonly (readonly number[])[], projections: readonly (readonly number[])[]): number {
  const half = (from: number) => Array.from({ length: pictures }, (_, i) => cosine(predictions[i + from]!, projections[i + pictures - from]!)).reduce((a, b) => a + b, 0) / pictures;
  return -0.7 * 0.5 * (half(0) + half(pictures));
}

for (const [id, engine, skip] of engines) {
  test(`the negative cosine is -1/2 [cos(p1, z2) + cos(p2, z1)], and its gradient flows through the predictions only, on ${id}`, { skip }, async () => {
    const trainer = await trainerOf(engine!);
    const still = rows(await trainer.predict(batch.input, 'projector'));
    const { loss, gradients } = await trainer.gradients(batch);
    assert.ok(Math.abs(loss - lossOf(rows(await trainer.predict(batch.input)), still)) < 1e-5); // float32
    const h = 1 / 128;
    for (const [name, { data: analytic }] of gradients) {
      const { shape, data } = values.get(name)!;
      const at = async (place: number, offset: number) => {
        await trainer.load(new Map([[name, { shape, data: data.map((x, i) => (i === place ? x + offset : x)) }]]) as TensorMap, { fresh: false });
        return lossOf(rows(await trainer.predict(batch.input)), still);
      };
      for (const place of [0, data.length - 1]) {
        const numeric = (await at(place, h) - await at(place, -h)) / (2 * h);
        // Truncation: h^2 / 6 times the third derivative of a cosine of small vectors; rounding of float32 outputs over 1/64.
        assert.ok(Math.abs(numeric - analytic[place]!) <= 5e-4 + 5e-3 * Math.abs(numeric), `${name} ${place}: ${analytic[place]}, by differences ${numeric}`);
      }
      await trainer.load(new Map([[name, { shape, data }]]), { fresh: false });
    }
    await trainer.close();
  });
}

test('wasm and tensorflow agree on the negative cosine and its gradients', { skip: withoutPack }, async () => {
  const [ours, theirs] = await Promise.all([wasm, tensorflow!].map(async (engine) => {
    const trainer = await trainerOf(engine);
    const found = await trainer.gradients(batch);
    await trainer.close();
    return found;
  }));
  assert.ok(Math.abs(ours!.loss - theirs!.loss) <= 1e-5);
  for (const [name, { data }] of theirs!.gradients) assert.ok(relativeDifference(ours!.gradients.get(name)!.data, data) <= 1e-4, name);
});
