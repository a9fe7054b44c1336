// Layouts: every number lands where TensorFlow expects it, and comes back unchanged.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sizeOf } from '../tensor.ts';
import { fromTensorflow, tensorflowShape, toTensorflow } from './layout.ts';
import type { Parameter } from './parameters.ts';

const named = { name: 'p.weight', node: 'p', role: 'weight' } as const;
const size = fc.integer({ min: 1, max: 5 });

const parameter: fc.Arbitrary<Parameter> = fc.oneof(
  fc.tuple(size, size, size, size).map((shape): Parameter => ({ ...named, shape, layout: 'conv' })),
  fc.tuple(size, size, size, size).map((shape): Parameter => ({ ...named, shape, layout: 'convTranspose' })),
  fc.tuple(size, fc.constant(1), size, size).map((shape): Parameter => ({ ...named, shape, layout: 'depthwise' })),
  fc.tuple(size, size).map((shape): Parameter => ({ ...named, shape, layout: 'dense' })),
  fc.tuple(size).map((shape): Parameter => ({ ...named, shape, layout: 'vector' })),
  fc.tuple(size, size, size, size).map(([out, ...map]): Parameter => ({ ...named, shape: [out, sizeOf(map)], layout: 'flattened-dense', map })),
);

/** Distinct numbers, so that a swap shows. */
const counting = (shape: readonly number[]) => Float32Array.from({ length: sizeOf(shape) }, (_, i) => i);

test('there and back is exact for every layout and shape', () => {
  fc.assert(fc.property(parameter, (p) => {
    const data = counting(p.shape);
    const there = toTensorflow(data, p);
    assert.deepEqual(there.shape, tensorflowShape(p));
    const back = fromTensorflow(there.data, p);
    assert.deepEqual(back.shape, p.shape);
    assert.deepEqual(back.data, data);
  }));
});

test('the caller keeps its own numbers', () => {
  const data = counting([4]);
  toTensorflow(data, { ...named, shape: [4], layout: 'vector' }).data[0] = 9;
  assert.equal(data[0], 0);
});

test('a convolution goes from [out, in, h, w] to [h, w, in, out]', () => {
  const [out, inside, height, width] = [3, 2, 4, 5];
  const { data, shape } = toTensorflow(counting([out, inside, height, width]), { ...named, shape: [out, inside, height, width], layout: 'conv' });
  assert.deepEqual(shape, [height, width, inside, out]);
  for (let o = 0; o < out; o++) for (let i = 0; i < inside; i++) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    assert.equal(data[((y * width + x) * inside + i) * out + o], ((o * inside + i) * height + y) * width + x);
  }
});

test('a depthwise convolution goes to [h, w, channels, 1] and a dense layer to [in, out]', () => {
  assert.deepEqual([...toTensorflow(counting([2, 1, 1, 3]), { ...named, shape: [2, 1, 1, 3], layout: 'depthwise' }).data], [0, 3, 1, 4, 2, 5]);
  assert.deepEqual([...toTensorflow(counting([2, 3]), { ...named, shape: [2, 3], layout: 'dense' }).data], [0, 3, 1, 4, 2, 5]);
});

test('columns after a flatten go from channel, row, column to row, column, channel', () => {
  const [out, height, width, channels] = [2, 2, 3, 4];
  const p: Parameter = { ...named, shape: [out, height * width * channels], layout: 'flattened-dense', map: [height, width, channels] };
  const { data, shape } = toTensorflow(counting(p.shape), p);
  assert.deepEqual(shape, [height * width * channels, out]);
  for (let o = 0; o < out; o++) for (let c = 0; c < channels; c++) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    assert.equal(data[((y * width + x) * channels + c) * out + o], ((o * channels + c) * height + y) * width + x);
  }
});

test('numbers of another length are refused', () => {
  assert.throws(() => toTensorflow(new Float32Array(3), { ...named, shape: [2, 2], layout: 'dense' }), /p\.weight: 3 numbers for shape \[2,2\]/);
});
