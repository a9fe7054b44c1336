// The backbones on the wasm engine against what PyTorch computed, and on tfjs-node's native kernels, an executor that shares nothing with the compiled engine but the library.
// ResNet-101 and -152 are left out for their time: they are ResNet-50 with more of the same blocks. So are VGG's dense layers, half a gigabyte: what they are made of is in vgg16_gap and AlexNet.
import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { derived, forward, gradients, labelRows, oraclePictures, oracleValues, relativeDifference, smoothGradients, smoothTwin } from '../../../testdata/oracle/index.ts';
import type { GradientCase, StepCase } from '../../../testdata/oracle/index.ts';
import { homeFolder } from '../../home.ts';
import type { Network } from '../../nets/graph.ts';
import { parameters, variant, variants } from '../../nets/index.ts';
import type { BuildOptions } from '../../nets/index.ts';
import type { Engine } from '../engine.ts';
import { locatePack, openPack } from '../pack.ts';
import { openEagerEngine } from './engine.ts';

/** The README of the oracle asks for this of any engine. */
const TOLERANCE = 1e-4;
const leftOut = new Set(['resnet101', 'resnet152', 'vgg16', 'vgg16_bn', 'vgg19']);

const wasm = await openEagerEngine();
after(() => wasm.close());

const { reason: noPack } = await locatePack(homeFolder()).then(({ pack, reason }) => ({ reason: pack ? null : reason }));
const native = noPack === null ? await openEagerEngine({ kind: 'tensorflow', binding: (await openPack(homeFolder(), 1)).binding }) : null;
after(() => native?.close());

const close = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);
const norm = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));

for (const { id, build } of variants) {
  const expected = forward[id];
  if (!expected || leftOut.has(id)) continue;
  test(`wasm: ${id} gives PyTorch's features and logits`, async () => {
    const network = build({ classes: 10, inputSize: [expected.input, expected.input] });
    const runner = await wasm.runner({ network, values: oracleValues(network, expected.bn_s), outputs: [network.output, network.features], precision: 'float32' });
    const outputs = await runner.run(oraclePictures(2, expected.input));
    const logits = outputs.get(network.output)!.data, features = outputs.get(network.features)!.data;
    assert.ok(relativeDifference(logits.slice(0, 10), expected.logits) <= TOLERANCE);
    assert.ok(relativeDifference(logits.slice(10, 14), expected.logits_image1) <= TOLERANCE);
    assert.ok(relativeDifference(features.slice(0, 16), expected.pooled.first16) <= TOLERANCE);
    await runner.close();
    assert.equal(wasm.liveTensors(), 0);
  });
}

/** Every batch-norm mode of one case. `kinked`: values may fall on the other side of a kink, so only losses and norms are held, as the README says. */
async function checkSteps(engine: Engine, network: Network, gradientCase: GradientCase, kinked: boolean): Promise<void> {
  for (const mode of ['bn_eval', 'bn_train', 'no_bn'] as const) {
    const expected = gradientCase[mode];
    if (!expected) continue;
    const norms = network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id);
    const trainer = await engine.trainer!({
      network, batchStatistics: new Set(mode === 'bn_train' ? norms : []),
      groups: new Map(parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => [name, 0])),
      loss: [{ kind: 'cross-entropy', logits: network.output, target: 'class', coefficient: 1 }],
      optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, precision: 'float32',
    });
    await trainer.load(oracleValues(network, gradientCase.bn_s), { fresh: true });
    const batch = { input: oraclePictures(2, gradientCase.input), targets: new Map([['class', labelRows()]]), seed: [0, 0] as const };
    const { loss, gradients: found } = await trainer.gradients(batch);
    const relu6 = network.nodes.some((node) => node.op === 'act' && node.fn === 'relu6');
    const [all, single] = !kinked ? [TOLERANCE, TOLERANCE] : mode === 'bn_train' && relu6 ? [5e-3, 5e-2] : [1e-3, 1e-2];
    assert.ok(close(loss, expected.loss) <= (kinked ? 1e-5 : TOLERANCE), `${mode}: loss ${loss}`);
    const total = Math.hypot(...[...found.values()].map(({ data }) => norm(data)));
    assert.ok(close(total, expected.grad_norm) <= all, `${mode}: norm of all gradients ${total}`);
    for (const [name, [length, first]] of Object.entries(expected.grads)) {
      const { data } = found.get(name)!;
      assert.ok(close(norm(data), length) <= single, `${mode}: norm of ${name}`);
      if (!kinked) assert.ok(relativeDifference(data.slice(0, first.length), first) <= TOLERANCE, `${mode}: ${name}`);
    }
    const first = await trainer.step(batch, { learningRate: [expected.lr], weightDecay: [0] });
    assert.equal(first.loss, loss);
    await checkStatistics(await trainer.save({ slots: false }), expected, mode);
    const after = (await trainer.gradients(batch)).loss;
    assert.ok(close(after, expected.loss_after_step) <= (kinked ? Math.max(2 * all, 10 * expected.f32_rel_err.loss_after_step) : TOLERANCE), `${mode}: loss after the step ${after}`);
    await trainer.close();
    assert.equal(engine.liveTensors(), 0);
  }
}

async function checkStatistics(saved: ReadonlyMap<string, { readonly data: Float32Array }>, { bn_after_first_forward = {} }: StepCase, mode: string): Promise<void> {
  for (const [name, statistics] of Object.entries(bn_after_first_forward)) {
    for (const part of ['running_mean', 'running_var'] as const) {
      assert.ok(relativeDifference(saved.get(`${name}.${part}`)!.data.slice(0, 4), statistics[part]) <= TOLERANCE, `${mode}: ${name}.${part}`);
    }
  }
}

const derivedNetworks = Object.entries(derived).map(([id, { from, derive }]) => ({ id, build: (options: BuildOptions) => derive(variant(from).build(options)) }));
for (const { id, build } of [...variants, ...derivedNetworks]) {
  if (leftOut.has(id)) continue;
  const sized = ({ input }: GradientCase) => build({ classes: 10, inputSize: [input, input] });
  const onNative = (t: TestContext, check: (engine: Engine) => Promise<void>) => (native ? check(native) : t.skip(`no tensorflow engine pack: ${noPack}`));
  const smooth = smoothGradients[id], plain = gradients[id];
  if (smooth) {
    const network = smoothTwin(sized(smooth));
    test(`wasm: a step of the smooth twin of ${id} is PyTorch's`, () => checkSteps(wasm, network, smooth, false));
    test(`tensorflow kernels of tfjs-node: a step of the smooth twin of ${id} is PyTorch's`, (t) => onNative(t, (engine) => checkSteps(engine, network, smooth, false)));
  }
  // The smooth twins of DenseNet and VGG, the stricter check, are enough: they take a quarter of a minute each.
  if (plain && !(smooth && /^(densenet|vgg)/.test(id))) {
    const network = sized(plain);
    test(`wasm: a step of ${id} is PyTorch's`, () => checkSteps(wasm, network, plain, true));
  }
}
