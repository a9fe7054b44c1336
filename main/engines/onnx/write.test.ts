// The file itself: its version, operators, names and facts, as any reader of ONNX finds them; and what half precision costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialValues, parameters, variant } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import { readFields } from './testing/protobuf-reader.ts';
import { openSession } from './runtime.ts';
import { writeOnnx } from './write.ts';
import type { OnnxSpec } from './write.ts';

const network = variant('mobilenetv2_100').build({ classes: 3, inputSize: [64, 64] });
const values = initialValues(network, 1, { head: 'uniform' });
const spec: OnnxSpec = {
  network, values, layout: 'nchw', foldNorms: false, aboutInput: 'pictures',
  outputs: [{ node: network.output, name: 'probabilities', activation: 'softmax', about: 'one per class' }],
  facts: { graph: network.id, producer: 'Fovea', producerVersion: '1.2.3', about: 'a test', metadata: { classes: '["a","b","c"]' } },
};

const text = (value: bigint | Uint8Array | undefined) => new TextDecoder().decode(value as Uint8Array);
const all = (data: Uint8Array, field: number) => readFields(data).filter(([number]) => number === field).map(([, value]) => value);
/** Fields by their numbers in onnx.proto. */
const graphOf = (file: Uint8Array) => all(file, 7)[0] as Uint8Array;
const operators = (file: Uint8Array) => all(graphOf(file), 1).map((node) => text(all(node as Uint8Array, 4)[0]));
const constants = (file: Uint8Array) => all(graphOf(file), 5).map((tensor) => text(all(tensor as Uint8Array, 8)[0]));

test('a file states its versions, its maker and its facts', () => {
  const file = writeOnnx(spec);
  assert.deepEqual(all(file, 1), [7n]);
  assert.deepEqual([2, 3, 6].map((field) => text(all(file, field)[0])), ['Fovea', '1.2.3', 'a test']);
  const [domain] = all(file, 8) as [Uint8Array];
  assert.deepEqual(readFields(domain), [[2, 13n]]);
  const [fact] = all(file, 14) as [Uint8Array];
  assert.deepEqual(readFields(fact).map(([, value]) => text(value)), ['classes', '["a","b","c"]']);
});

test('every parameter and statistic lies in the file under its own name', () => {
  const names = new Set(constants(writeOnnx(spec)));
  for (const { name } of parameters(network)) assert.ok(names.has(name), name);
});

test('with folding no batch norm is left, without it none is lost', () => {
  const norms = network.nodes.filter(({ op }) => op === 'norm').length;
  assert.equal(operators(writeOnnx(spec)).filter((name) => name === 'BatchNormalization').length, norms);
  assert.equal(operators(writeOnnx({ ...spec, foldNorms: true })).includes('BatchNormalization'), false);
});

test('half precision halves the file and moves probabilities by no more than its rounding', async () => {
  const files = [writeOnnx(spec), writeOnnx({ ...spec, storage: 'float16' })] as const;
  assert.ok(files[1].length < 0.53 * files[0].length);
  const random = stream(1, 'pictures');
  const input = { shape: [2, 3, 64, 64], data: Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, i) => random.normal(i)) };
  const [full, half] = await Promise.all(files.map(async (file) => {
    const session = await openSession(file, { threads: 1 });
    const output = (await session.run(new Map([['input', input]]))).get('probabilities')!;
    await session.close();
    return output.data;
  }));
  for (const picture of [0, 1]) assert.ok(Math.abs(full!.subarray(3 * picture, 3 * picture + 3).reduce((sum, p) => sum + p, 0) - 1) < 1e-6);
  const difference = Math.max(...full!.map((p, i) => Math.abs(p - half![i]!)));
  // Eleven bits of significand: relative rounding of 2^-11 per weight, averaged out over the layers.
  assert.ok(difference > 0 && difference < 2e-3, String(difference));
});

test('a name that is given twice is a fault, not a broken file', () => {
  assert.throws(() => writeOnnx({ ...spec, outputs: [...spec.outputs, ...spec.outputs] }), /two values named probabilities/);
});

test('a weight too large for half precision is named', () => {
  const huge = new Map([...values, ['conv_stem.weight', { shape: [32, 3, 3, 3], data: new Float32Array(864).fill(1e5) }]]);
  assert.throws(() => writeOnnx({ ...spec, values: huge, storage: 'float16' }), /conv_stem\.weight/);
});
