// Every kind of node, written as ONNX and run by ONNX Runtime, gives what its definition gives in double precision.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { build } from '../../nets/build.ts';
import type { Builder } from '../../nets/build.ts';
import type { Activation, Network, NodeId, Pad } from '../../nets/graph.ts';
import { flattenBefore, parameters } from '../../nets/parameters.ts';
import { stream } from '../../random.ts';
import { sizeOf } from '../../tensor.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { openOnnxEngine } from './engine.ts';
import { computePlainly } from './testing/plain.ts';

/** Rounding of float32 over at most some hundred terms, relative to the largest value, or to one term (inputs and weights are of the order of 1) where the terms cancel. */
const tolerance = 1e-5;
const pictures = 2;

const size = fc.tuple(fc.integer({ min: 5, max: 12 }), fc.integer({ min: 5, max: 12 }), fc.integer({ min: 1, max: 6 }));
const pad: fc.Arbitrary<Pad> = fc.oneof(fc.constant('same' as const), fc.integer({ min: 0, max: 1 }), fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)));
/** ONNX Runtime refuses a pool whose padding reaches its kernel. */
const poolPad = (kernel: number): fc.Arbitrary<Pad> => fc.oneof(fc.constant('same' as const), fc.integer({ min: 0, max: Math.floor(kernel / 2) }), fc.tuple(fc.nat(kernel - 1), fc.nat(kernel - 1), fc.nat(kernel - 1), fc.nat(kernel - 1)));

/** Draws a network and compares with its definition: the output alone, so that the writer may fold, and then every node. */
function agree(name: string, drawn: fc.Arbitrary<(b: Builder) => NodeId>, options: { readonly runs?: number } = {}): void {
  test(`${name} is computed as defined`, async () => {
    const engines = [await openOnnxEngine({ threads: 1, foldNorms: true }), await openOnnxEngine({ threads: 1, foldNorms: false })];
    await fc.assert(fc.asyncProperty(size, drawn, fc.nat(1000), fc.constantFrom(...engines), async (input, write, seed, engine) => {
      const network = oneStage(input, write);
      const values = randomValues(network, seed);
      const random = stream(seed, 'input');
      const batch: Tensor = { shape: [pictures, ...input], data: Float32Array.from({ length: pictures * sizeOf(input) }, (_, i) => 2 * random.normal(i)) };
      for (const outputs of [[network.output], ordinaryNodes(network)]) {
        const runner = await engine.runner({ network, values, outputs, precision: 'float32' });
        const results = await runner.run(batch);
        await runner.close();
        for (let picture = 0; picture < pictures; picture++) {
          const expected = computePlainly(network, values, batch.data.subarray(picture * sizeOf(input), (picture + 1) * sizeOf(input)));
          for (const id of outputs) compare(id, results.get(id)!, picture, expected.get(id)!);
        }
      }
    }), { numRuns: options.runs ?? 25 });
    await Promise.all(engines.map((engine) => engine.close()));
  });
}

/** All nodes but those that hold a flattened map: its order differs inside and outside, and has its own test. */
function ordinaryNodes(network: Network): readonly NodeId[] {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  return network.nodes.filter((node) => node.op === 'dense' || (node.op !== 'flatten' && !flattenBefore(node, nodes))).map(({ id }) => id);
}

function compare(id: NodeId, result: Tensor, picture: number, expected: { readonly shape: readonly number[]; readonly data: Float64Array }): void {
  assert.deepEqual(result.shape, [pictures, ...expected.shape], `shape of ${id}`);
  const scale = Math.max(...expected.data.map(Math.abs), 1);
  const count = expected.data.length;
  const worst = Math.max(...expected.data.map((value, i) => Math.abs(value - result.data[picture * count + i]!)));
  assert.ok(worst <= tolerance * scale, `${id} is off by ${worst} of ${scale}`);
}

function oneStage(input: readonly number[], write: (b: Builder) => NodeId): Network {
  return build('drawn', input, (b) => {
    const output = write(b);
    return { output, stages: [{ name: 'all', end: output }], features: output, gradCam: output, skips: [] };
  });
}

function randomValues(network: Network, seed: number): TensorMap {
  return new Map(parameters(network).map(({ name, shape }) => {
    const random = stream(seed, name);
    const positive = name.endsWith('running_var');
    return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => positive ? 0.2 + random.uniform(i) : random.normal(i)) }];
  }));
}

const kernel = fc.constantFrom(1, 2, 3, 5);
const stride = fc.integer({ min: 1, max: 3 });

agree('a convolution with any kernel, stride, dilation and padding', fc.tuple(fc.tuple(kernel, kernel), stride, fc.integer({ min: 1, max: 2 }), pad, fc.boolean(), fc.integer({ min: 1, max: 5 })).map(([k, s, dilation, p, bias, filters]) =>
  (b) => b.conv('conv', b.pad('room', 'input', [2, 2, 2, 2]), { kernel: k, stride: s, dilation, pad: p, bias, filters })), { runs: 60 });

agree('a depthwise convolution', fc.tuple(fc.constantFrom(3, 5), stride, pad, fc.boolean()).map(([k, s, p, bias]) =>
  (b) => b.conv('conv', 'input', { kernel: k, stride: s, pad: p, bias, groups: 'depthwise', filters: b.channels('input') })), { runs: 40 });

agree('a transposed convolution', fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.integer({ min: 1, max: 4 })).map(([k, bias, filters]) =>
  (b) => b.convTranspose('up', 'input', { kernel: k, bias, filters })));

agree('a convolution with its batch norm, folded or not', fc.tuple(pad, fc.boolean(), fc.constantFrom(1e-5, 1e-3), fc.boolean(), fc.boolean()).map(([p, bias, eps, readTwice, depthwise]) => (b) => {
  const conv = b.conv('conv', 'input', { kernel: 3, pad: p, bias, ...(depthwise ? { groups: 'depthwise', filters: b.channels('input') } : { filters: 3 }) });
  const norm = b.norm('norm', conv, { eps });
  return readTwice ? b.add('sum', [norm, conv]) : b.act('act', norm, 'relu6');
}));

agree('a batch norm on its own, on maps and on vectors', fc.constantFrom(1e-5, 1e-3).map((eps) => (b) =>
  b.norm('vector', b.globalPool('pooled', b.norm('map', 'input', { eps })), { eps })));

for (const fn of ['relu', 'relu6', 'silu', 'hardswish', 'hardsigmoid', 'sigmoid'] satisfies Activation[]) {
  agree(`the activation ${fn}`, fc.constant((b) => b.act('act', 'input', fn)), { runs: 10 });
}

for (const operation of ['maxPool', 'avgPool'] as const) {
  agree(`${operation} with any stride and padding`, fc.constantFrom(2, 3).chain((k) => fc.tuple(fc.constant(k), stride, poolPad(k))).map(([k, s, p]) =>
    (b) => b[operation]('pool', 'input', { kernel: k, stride: s, pad: p })), { runs: 40 });
}

agree('an adaptive pool to any grid', fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).map((cells) => (b) => b.adaptivePool('cells', 'input', cells)));

agree('a global pool with a dense layer', fc.integer({ min: 1, max: 7 }).map((units) => (b) => b.dense('dense', b.globalPool('pooled', 'input'), units)));

agree('a dense layer on a flattened map, through an activation and dropout', fc.integer({ min: 1, max: 7 }).map((units) => (b) =>
  b.dense('dense', b.dropout('dropout', b.act('act', b.flatten('flat', 'input'), 'relu'), 0.5), units)));

agree('a squeeze-and-excitation gate', fc.constant((b) => {
  const squeezed = b.globalPool('squeezed', 'input', { keepDims: true });
  return b.mul('gated', 'input', b.act('gate', b.conv('expand', squeezed, { kernel: 1, pad: 0, bias: true, filters: b.channels('input') }), 'sigmoid'));
}));

agree('a sum of three and a concatenation', fc.constant((b) => {
  const other = b.conv('other', 'input', { kernel: 3, pad: 'same', filters: b.channels('input') });
  const sum = b.add('sum', ['input', other, b.act('positive', other, 'relu')]);
  return b.concat('joined', [sum, 'input', other]);
}));

agree('resizing by a whole factor', fc.tuple(fc.integer({ min: 2, max: 3 }), fc.constantFrom('nearest' as const, 'bilinear' as const)).map(([factor, method]) =>
  (b) => b.resize('large', 'input', { factor, method })));

agree('cutting off edges', fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)).map((amounts) => (b) => b.crop('cut', 'input', amounts)));

agree('maps out of a vector', fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat(5)).map(([height, width, channels, offset]) => (b) => {
  const vector = b.dense('vector', b.flatten('flat', 'input'), offset + height * width * channels + 2);
  return b.part('part', vector, offset, [height, width, channels]);
}));

agree('padding with zeros, also with channels of them', fc.tuple(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)), fc.nat(2)).map(([amounts, channels]) => (b) => b.pad('padded', 'input', amounts, channels)));

test('a flattened map leaves a runner in row, column, channel order', async () => {
  const engine = await openOnnxEngine({ threads: 1 });
  const network = oneStage([2, 3, 4], (b) => b.dense('dense', b.dropout('dropout', b.act('act', b.flatten('flat', 'input'), 'relu'), 0.5), 2));
  const runner = await engine.runner({ network, values: randomValues(network, 1), outputs: ['flat', 'act', 'dropout'], precision: 'float32' });
  const data = Float32Array.from({ length: 48 }, (_, i) => i);
  for (const output of (await runner.run({ shape: [2, 2, 3, 4], data })).values()) assert.deepEqual(output, { shape: [2, 24], data });
  await engine.close();
});
