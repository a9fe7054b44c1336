// What training on the wasm engine keeps: frozen values bit for bit, exact resumes, and no tensor behind.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { build, parameters } from '../../nets/index.ts';
import type { Network } from '../../nets/graph.ts';
import { initialValues } from '../../nets/initial.ts';
import { stream } from '../../random.ts';
import type { TensorMap } from '../../tensor.ts';
import type { Batch, Trainer, TrainerSpec } from '../engine.ts';
import { openEagerEngine } from './engine.ts';

const engine = await openEagerEngine();
after(() => engine.close());

const network: Network = build('small', [12, 12, 3], (b) => {
  const block = (name: string, x: string, filters: number) => b.act(`${name}.act`, b.norm(`${name}.norm`, b.conv(`${name}.conv`, x, { filters, kernel: 3, stride: 2, pad: 1 })), 'relu6');
  const first = block('first', 'input', 8), second = block('second', first, 12);
  const features = b.globalPool('pool', second);
  const output = b.dense('fc', b.dropout('drop', features, 0.3), 3);
  return { output, features, gradCam: second, skips: [first], stages: [{ name: 'first', end: first }, { name: 'second', end: features }, { name: 'head', end: output }] };
});

const weights = parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => name);
const values = initialValues(network, 1, { head: 'uniform' });
const rates = { learningRate: [0.05], weightDecay: [0.01] };

function batch(index: number): Batch {
  const draw = stream(index, 'batch');
  const target = new Float32Array(6 * 3);
  for (let i = 0; i < 6; i++) target[3 * i + draw.integer(10_000 + i, 3)] = 1;
  return {
    input: { shape: [6, 12, 12, 3], data: Float32Array.from({ length: 6 * 432 }, (_, i) => draw.normal(i)) },
    targets: new Map([['class', { shape: [6, 3], data: target }]]),
    seed: [index, 9],
  };
}

function spec(options: Partial<TrainerSpec> = {}): TrainerSpec {
  return {
    network, groups: new Map(weights.map((name) => [name, 0])), batchStatistics: new Set(['first.norm', 'second.norm']),
    loss: [{ kind: 'cross-entropy', logits: 'fc', target: 'class', coefficient: 1 }],
    optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 }, precision: 'float32', ...options,
  };
}

async function trained(steps: number, options: Partial<TrainerSpec> = {}): Promise<Trainer> {
  const trainer = await engine.trainer!(spec(options));
  await trainer.load(values, { fresh: true });
  for (let i = 0; i < steps; i++) await trainer.step(batch(i), rates);
  return trainer;
}

const bits = (map: TensorMap) => new Map([...map].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')]));

test('what is frozen is bit-identical after training, batch statistics included, and the rest has moved', async () => {
  const trainer = await trained(3, {
    groups: new Map(weights.filter((name) => !name.startsWith('first.')).map((name) => [name, 0])), batchStatistics: new Set(['second.norm']),
  });
  const before = bits(values), now = bits(await trainer.save({ slots: false }));
  assert.deepEqual([...now.keys()].sort(), [...before.keys()].sort());
  for (const [name, hex] of now) assert.equal(hex === before.get(name), name.startsWith('first.'), name);
  await trainer.close();
});

test('no tensor is left after steps, gradients, predictions and saves, and none after closing', async () => {
  const trainer = await trained(1);
  const alive = engine.liveTensors();
  for (let i = 1; i < 4; i++) await trainer.step(batch(i), rates);
  await trainer.gradients(batch(4));
  await trainer.predict(batch(4).input);
  await trainer.save({ slots: true });
  assert.equal(engine.liveTensors(), alive);
  await trainer.close();
  assert.equal(engine.liveTensors(), 0);
});

test('the same steps give the same bits, and so do five steps in one go or with a save and a load between', async () => {
  const inOneGo = await trained(5), again = await trained(5), interrupted = await trained(2);
  const resumed = await engine.trainer!(spec());
  await resumed.load(await interrupted.save({ slots: true }), { fresh: true, steps: interrupted.steps });
  for (let i = 2; i < 5; i++) await resumed.step(batch(i), rates);
  const expected = bits(await inOneGo.save({ slots: true }));
  assert.deepEqual(bits(await again.save({ slots: true })), expected);
  assert.deepEqual(bits(await resumed.save({ slots: true })), expected);
  assert.equal(resumed.steps, 5);
  for (const trainer of [inOneGo, again, interrupted, resumed]) await trainer.close();
});

test('a fresh load forgets the optimizer', async () => {
  const first = await trained(2), second = await trained(3);
  await second.load(values, { fresh: true });
  assert.equal(second.steps, 0);
  for (let i = 0; i < 2; i++) await second.step(batch(i), rates);
  assert.deepEqual(bits(await second.save({ slots: true })), bits(await first.save({ slots: true })));
  for (const trainer of [first, second]) await trainer.close();
});

test('dropout follows its seed: the same one gives the same loss, another one another, and predictions have none', async () => {
  const trainer = await trained(0);
  const loss = async (seed: readonly [number, number]) => (await trainer.gradients({ ...batch(0), seed })).loss;
  assert.equal(await loss([1, 2]), await loss([1, 2]));
  assert.notEqual(await loss([1, 2]), await loss([1, 3]));
  const [once, twice] = [await trainer.predict(batch(0).input), await trainer.predict(batch(0).input)];
  assert.deepEqual(once, twice);
  await trainer.close();
});

test('gradients move neither statistics nor parameters', async () => {
  const trainer = await trained(1);
  const before = bits(await trainer.save({ slots: true }));
  await trainer.gradients(batch(1));
  assert.deepEqual(bits(await trainer.save({ slots: true })), before);
  await trainer.close();
});

test('a rate of zero for one group holds it, and clipping bounds the step of all', async () => {
  const sgd = { kind: 'sgd', momentum: 0, nesterov: false } as const;
  const trainer = await engine.trainer!(spec({ optimizer: sgd, clipNorm: 0.01, groups: new Map(weights.map((name) => [name, name.startsWith('fc.') ? 1 : 0])) }));
  await trainer.load(values, { fresh: true });
  await trainer.step(batch(0), { learningRate: [0, 1], weightDecay: [0, 0] });
  const now = await trainer.save({ slots: false });
  let squares = 0;
  for (const name of weights) for (const [i, value] of now.get(name)!.data.entries()) squares += (value - values.get(name)!.data[i]!) ** 2;
  assert.equal(bits(now).get('first.conv.weight'), bits(values).get('first.conv.weight'));
  // The head's share of a clipped gradient of norm 0.01, subtracted from float32 values near 0.3.
  assert.ok(Math.sqrt(squares) > 0 && Math.sqrt(squares) <= 0.01 * (1 + 1e-4), `${Math.sqrt(squares)}`);
  await trainer.close();
});

test('wrong pictures, targets, weights and names are refused in words', async () => {
  const trainer = await trained(0);
  const one = batch(0);
  await assert.rejects(trainer.predict({ shape: [1, 12, 11, 3], data: new Float32Array(396) }), /small takes \[n, 12, 12, 3\]/);
  await assert.rejects(trainer.step({ ...one, targets: new Map([['class', { shape: [6, 2], data: new Float32Array(12) }]]) }, rates), /target class is \[6,2\]/);
  await assert.rejects(trainer.step({ ...one, weight: new Float32Array(5) }, rates), /5 weights for 6 positions/);
  await assert.rejects(trainer.load(new Map([['fc.scale', { shape: [1], data: new Float32Array(1) }]]), { fresh: false }), /no parameter fc\.scale/);
  await assert.rejects(engine.trainer!(spec({ groups: new Map([['fc.scale', 0]]) })), /no parameter fc\.scale/);
  await assert.rejects(engine.trainer!(spec({ precision: 'bfloat16' })), { code: 'engine', key: 'wasm.precision' });
  await trainer.close();
  assert.equal(engine.liveTensors(), 0);
});
