// U-Nets on every engine equal PyTorch's: maps of logits, statistics of every level, and a training step.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { oracleFile, oraclePictures, oracleValues, relativeDifference, smoothGradients, smoothTwin } from '../../testdata/oracle/index.ts';
import type { GradientCase } from '../../testdata/oracle/index.ts';
import type { Network } from '../nets/graph.ts';
import { moduleEnd, parameters, unet, variant } from '../nets/index.ts';
import type { Tensor } from '../tensor.ts';
import type { Engine } from './engine.ts';
import { openEngines } from './testing/twins.ts';

type Level = readonly [shape: readonly [number, number, number], mean: number, deviation: number, first: readonly number[]];
interface UnetCase {
  readonly input: number;
  readonly encoder: readonly Level[];
  readonly decoder: readonly (readonly [module: string, ...Level])[];
  readonly mask: { readonly mean: readonly number[]; readonly std: readonly number[]; readonly first10: readonly number[]; readonly center: readonly number[]; readonly last4_class1: readonly number[] };
  readonly mask_image1_first4: readonly number[];
  readonly bn_s: readonly number[];
}
const { models } = oracleFile('unet.json') as { models: Readonly<Record<string, UnetCase>> };

/** The oracle's README: a hundred times what float32 loses in these networks. */
const TOLERANCE = 1e-4;

const { tensorflow, wasm, onnx, withoutPack } = await openEngines();
const network = (name: string, size: number) => unet(variant(name.slice('unet_'.length)).build({ classes: 10, inputSize: [size, size] }), { classes: 2 });

for (const [engineName, engine] of [['tensorflow', tensorflow], ['wasm', wasm], ['onnx', onnx]] as const) {
  for (const [name, expected] of Object.entries(models)) {
    test(`${name} on ${engineName} equals PyTorch: the map of logits and the statistics of each level`, { skip: engine ? false : withoutPack }, () => checkForward(engine!, network(name, expected.input), expected));
  }
}

async function checkForward(engine: Engine, one: Network, { input, encoder, decoder, mask, mask_image1_first4, bn_s }: UnetCase): Promise<void> {
  const ends = decoder.map(([module]) => moduleEnd(one.nodes, module));
  const runner = await engine.runner({ network: one, values: oracleValues(one, bn_s), outputs: [one.output, ...one.skips, ...ends], precision: 'float32' });
  const outputs = await runner.run(oraclePictures(2, input));
  await runner.close();
  one.skips.forEach((id, i) => checkLevel(id, outputs.get(id)!, encoder[i + 1]!));
  ends.forEach((id, i) => checkLevel(id, outputs.get(id)!, decoder[i]!.slice(1) as unknown as Level)); // the row without its name

  const logits = outputs.get(one.output)!, area = input * input;
  assert.deepEqual(logits.shape, [2, input, input, 2]);
  const planes = [0, 1].map((c) => Float32Array.from({ length: area }, (_, i) => logits.data[2 * i + c]!));
  const scale = Math.max(...planes.flatMap((plane) => [...plane].map(Math.abs)));
  const near = (what: string, actual: ArrayLike<number>, wanted: readonly number[]) => wanted.forEach((value, i) => assert.ok(Math.abs(actual[i]! - value) <= TOLERANCE * scale, `${what}: ${actual[i]} is not ${value}`));
  planes.forEach((plane, c) => near(`moments of class ${c}`, moments(plane), [mask.mean[c]!, mask.std[c]!]));
  near('first row of class 0', planes[0]!, mask.first10);
  near('last row of class 1', planes[1]!.subarray(area - 4), mask.last4_class1);
  near('centre', planes.map((plane) => plane[input / 2 * input + input / 2]!), mask.center);
  near('first row of picture 1', [0, 1, 2, 3].map((i) => logits.data[2 * (area + i)]!), mask_image1_first4);
}

function checkLevel(id: string, { shape, data }: Tensor, [[channels, height, width], mean, deviation, first]: Level): void {
  assert.deepEqual(shape, [2, height, width, channels], id);
  const picture = data.subarray(0, height * width * channels);
  const difference = relativeDifference([...first.map((_, x) => picture[x * channels]!), ...moments(picture)], [...first, mean, deviation]);
  assert.ok(difference <= TOLERANCE, `${id} differs by ${difference}`);
}

function moments(data: Float32Array): readonly [mean: number, deviation: number] {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  return [mean, Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length)];
}

describe('a training step of a U-Net equals PyTorch', () => {
  for (const [engineName, engine] of [['tensorflow', tensorflow], ['wasm', wasm]] as const) {
    const skip = engine ? false : withoutPack;
    const smooth = smoothGradients['unet_resnet18']!;
    // Nothing in it flips across a kink: the strictest check there is.
    test(`the smooth twin of unet_resnet18 on ${engineName}`, { skip }, () => checkStep(engine!, smoothTwin(network('unet_resnet18', smooth.input)), smooth));
  }
});

/** Chequered squares of 8 pixels: the target of the gradient files. */
function chequers(size: number): Tensor {
  const data = new Float32Array(2 * size * size * 2);
  for (let n = 0; n < 2; n++) for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) data[((n * size + y) * size + x) * 2 + (((y >> 3) + (x >> 3)) & 1)] = 1;
  return { shape: [2, size, size, 2], data };
}

async function checkStep(engine: Engine, one: Network, gradientCase: GradientCase): Promise<void> {
  const length = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  const off = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);
  for (const mode of ['bn_eval', 'bn_train'] as const) {
    const expected = gradientCase[mode]!;
    const trainer = await engine.trainer!({
      network: one, precision: 'float32', optimizer: { kind: 'sgd', momentum: 0, nesterov: false },
      groups: new Map(parameters(one).filter(({ role }) => role === 'weight').map((parameter) => [parameter.name, 0])),
      batchStatistics: new Set(mode === 'bn_train' ? one.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id) : []),
      loss: [{ kind: 'cross-entropy', logits: one.output, target: 'mask', coefficient: 1 }],
    });
    await trainer.load(oracleValues(one, gradientCase.bn_s), { fresh: true });
    const batch = { input: oraclePictures(2, gradientCase.input), targets: new Map([['mask', chequers(gradientCase.input)]]), seed: [0, 0] as const };
    const { loss, gradients: found } = await trainer.gradients(batch);
    assert.ok(off(loss, expected.loss) <= TOLERANCE, `${mode}: loss ${loss}`);
    assert.ok(off(Math.hypot(...[...found.values()].map(({ data }) => length(data))), expected.grad_norm) <= TOLERANCE, `${mode}: all gradients`);
    for (const [name, [norm]] of Object.entries(expected.grads)) assert.ok(off(length(found.get(name)!.data), norm) <= TOLERANCE, `${mode}: ${name}`);
    await trainer.step(batch, { learningRate: [expected.lr], weightDecay: [0] });
    const after = (await trainer.gradients(batch)).loss;
    assert.ok(off(after, expected.loss_after_step) <= TOLERANCE, `${mode}: loss after the step ${after}`);
    await trainer.close();
  }
}
