// Our wasm kernels against tfjs's plain JavaScript backend, which shares no code with them, over generated geometries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { relativeDifference } from '../../../../testdata/oracle/index.ts';
import { stream } from '../../../random.ts';
import { kernel } from '../arithmetic.ts';
import * as cpu from '../backends/cpu.ts';
import * as wasm from '../backends/wasm.ts';
import { onBackend, tensorsAlive } from '../scope.ts';
import type { HeapBackend } from './slice.ts';

await cpu.start();
await wasm.start();

/** float32 sums of up to a thousand products, in another order. */
const TOLERANCE = 1e-5;

function random(shape: readonly number[], name: string): Float32Array {
  const numbers = stream(7, name);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => numbers.uniform(i) - 0.5);
}

/** The same computation on both backends. */
function agree(compute: () => tf.Tensor, tolerance: number): void {
  const before = tensorsAlive();
  const [expected, actual] = ['cpu', 'wasm'].map((backend) => onBackend(backend, () => Float32Array.from(compute().dataSync<'float32'>())));
  assert.ok(relativeDifference(actual!, expected!) <= tolerance, `difference ${relativeDifference(actual!, expected!)}`);
  assert.equal(tensorsAlive(), before, 'tensors were left behind');
}

const geometry = fc.record({
  n: fc.integer({ min: 1, max: 3 }), height: fc.integer({ min: 5, max: 11 }), width: fc.integer({ min: 5, max: 11 }),
  kernel: fc.constantFrom<readonly [number, number]>([1, 1], [3, 3], [5, 5], [1, 3], [4, 2]), stride: fc.integer({ min: 1, max: 3 }),
  pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'), channels: fc.integer({ min: 1, max: 6 }), filters: fc.integer({ min: 1, max: 6 }),
});

for (const depthwise of [false, true]) {
  const [input, filter] = depthwise ? ['DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'] as const : ['Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const;
  test(`${input} and ${filter} on wasm equal the ones in plain JavaScript`, () => {
    fc.assert(fc.property(geometry, ({ n, height, width, kernel: [kh, kw], stride, pad, channels, filters }) => {
      const inputShape: [number, number, number, number] = [n, height, width, channels];
      const filterShape: [number, number, number, number] = [kh, kw, channels, depthwise ? 1 : filters];
      const { outShape } = tf.backend_util.computeConv2DInfo(inputShape, filterShape, stride, 1, pad, undefined, depthwise);
      const attributes = { strides: [stride, stride], dilations: [1, 1], pad, dataFormat: 'NHWC', inputShape, filterShape };
      const x = () => tf.tensor(random(inputShape, 'x'), inputShape), dy = () => tf.tensor(random(outShape, 'dy'), outShape);
      agree(() => kernel(input, { dy: dy(), filter: tf.tensor(random(filterShape, 'w'), filterShape) }, attributes), TOLERANCE);
      agree(() => kernel(filter, { x: x(), dy: dy() }, attributes), TOLERANCE);
    }), { numRuns: 60 });
  });
}

test('MaxPoolGrad on wasm equals the one in plain JavaScript, windows without a positive number included', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.constantFrom<'same' | 'valid'>('same', 'valid'), fc.constantFrom(-2, 0, 2), (size, stride, pad, offset) => {
    const shape: [number, number, number, number] = [2, 7, 9, 4];
    agree(() => {
      const x: tf.Tensor4D = tf.tensor4d(random(shape, 'x').map((value) => value + offset), shape);
      const y = tf.maxPool(x, size, stride, pad);
      return kernel('MaxPoolGrad', { dy: tf.tensor(random(y.shape, 'dy'), y.shape), input: x, output: y }, { filterSize: [size, size], strides: [stride, stride], pad });
    }, TOLERANCE);
  }), { numRuns: 40 });
});

test('Slice on wasm equals the one in plain JavaScript, bit for bit', () => {
  const cut = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: -1, max: 5 })), { minLength: 1, maxLength: 4 })
    .map((axes) => axes.map(([extent, begin, size]) => ({ extent, begin: begin % extent, size: size === -1 ? -1 : Math.max(1, Math.min(size, extent - (begin % extent))) })));
  fc.assert(fc.property(cut, (axes) => {
    const shape = axes.map(({ extent }) => extent);
    agree(() => tf.slice(tf.tensor(random(shape, 'x'), shape), axes.map(({ begin }) => begin), axes.map(({ size }) => size)), 0);
  }));
});

test('wasm says in a sentence when its memory is full, and works on when some is given back', () => {
  // Taken, but never written: the system gives no real memory for it.
  const backend = tf.findBackend('wasm') as unknown as HeapBackend & { disposeData(dataId: object): boolean };
  const taken: tf.TensorInfo[] = [];
  assert.throws(() => {
    for (;;) taken.push(backend.makeOutput([64, 1024, 1024], 'float32'));
  }, { code: 'engine', key: 'engine.out-of-memory' });
  assert.ok(taken.length >= 14, `only ${taken.length} times 256 MB of the 4 GB`);
  for (const { dataId } of taken) backend.disposeData(dataId);
  assert.deepEqual([...onBackend('wasm', () => tf.add(tf.tensor1d([1, 2]), 1).dataSync())], [2, 3]);
});
