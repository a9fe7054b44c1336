// Gradients as matrix products against TensorFlow's own operations for them, whatever the processor.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Conv } from '../../../nets/graph.ts';
import type { Machine } from '../../machine.ts';
import { stream } from '../../../random.ts';
import { relativeDifference } from '../../../../testdata/oracle/index.ts';
import { Emitter } from '../emitter.ts';
import { attribute, GraphWriter } from '../graph-writer.ts';
import { GraphSession } from '../session.ts';
import { native } from '../testing/native.ts';
import { matrixFilterGradient, matrixForm, pointInputGradient } from './matrix-gradients.ts';

const node: Conv = { id: 'conv', op: 'conv', from: ['input'], filters: 64, kernel: [3, 3], stride: 1, pad: 1, groups: 1, bias: false };
const avx2: Machine = { platform: 'linux', arch: 'x64', processor: '', flags: new Set(['avx', 'avx2']), cuda: null, threads: 2 };

test('products are written where they were measured to be faster, and nowhere else', () => {
  const form = (shape: readonly number[], change: Partial<Conv> = {}, machine: Machine = avx2) => matrixForm({ ...node, ...change }, shape, machine);
  assert.deepEqual([form([56, 56, 64]), form([14, 14, 256]), form([7, 7, 512]), form([256, 256, 16]), form([14, 14, 96], { kernel: [1, 1] })], ['rows', null, 'columns', null, 'point']);
  for (const change of [{ stride: 2 }, { dilation: 2 }, { groups: 'depthwise' }] as const) assert.equal(form([56, 56, 64], change), null);
  for (const other of [{ flags: new Set(['avx2', 'avx512f']) }, { flags: null }, { cuda: 'a device' }]) assert.equal(form([56, 56, 64], {}, { ...avx2, ...other }), null);
});

const found = await native();

describe('gradients as matrix products on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const numbers = (name: string, size: number) => Float32Array.from({ length: size }, (_, i) => stream(3, name).normal(i));
  const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

  for (const [kernelHeight, kernelWidth] of [[3, 3], [1, 5], [2, 4], [1, 1]] as const) {
    test(`a ${kernelHeight} x ${kernelWidth} window has the filter gradient of TensorFlow's operation by rows and by columns, for any number of pictures`, () => {
      const shape = [9, 7, 5], filters = 6, weight = [kernelHeight, kernelWidth, 5, filters];
      const edges = [Math.floor((kernelHeight - 1) / 2), Math.ceil((kernelHeight - 1) / 2), Math.floor((kernelWidth - 1) / 2), Math.ceil((kernelWidth - 1) / 2)] as const;
      const graph = new GraphWriter(), emit = new Emitter(graph);
      const x = graph.placeholder('x', 'float32', [-1, ...shape]), dy = graph.placeholder('dy', 'float32', [-1, 9, 7, filters]);
      const correlation = { x: x.ref, shape, edges, weight };
      const attributes = { strides: attribute.integers([1, 1, 1, 1]), padding: attribute.string('SAME'), data_format: attribute.string('NHWC') };
      const fetches = [
        emit.op('Conv2DBackpropFilter', [x.ref, emit.integers(weight), dy.ref], 'float32', attributes),
        ...(['rows', 'columns'] as const).map((form) => matrixFilterGradient(emit, form, correlation, dy.ref)),
      ].map((ref) => emit.output(ref));
      const session = new GraphSession(binding, graph.savedModel());
      try {
        for (const n of [1, 3]) {
          const feeds = [x, dy].map((input) => ({ input, shape: [n, ...input.shape.slice(1)], data: numbers(input.ref, n * sizeOf(input.shape.slice(1))) }));
          const [expected, ...products] = session.run(feeds, fetches);
          // Sums of up to 189 products in float32, in another order.
          for (const product of products) assert.ok(relativeDifference([...product.data], [...expected!.data]) < 1e-5);
          assert.deepEqual(products.map((product) => product.shape), [weight, weight]);
        }
      } finally {
        session.close();
      }
    });
  }

  test('a window of one pixel has the input gradient of TensorFlow\'s operation', () => {
    const shape = [5, 4, 3], weight = [1, 1, 3, 7];
    const graph = new GraphWriter(), emit = new Emitter(graph);
    const x = graph.placeholder('x', 'float32', [-1, ...shape]), w = graph.placeholder('w', 'float32', weight), dy = graph.placeholder('dy', 'float32', [-1, 5, 4, 7]);
    const attributes = { strides: attribute.integers([1, 1, 1, 1]), padding: attribute.string('VALID'), data_format: attribute.string('NHWC') };
    const fetches = [
      emit.op('Conv2DBackpropInput', [emit.sizes(x.ref, 'float32'), w.ref, dy.ref], 'float32', attributes),
      pointInputGradient(emit, { x: x.ref, shape, edges: [0, 0, 0, 0], weight }, w.ref, dy.ref),
    ].map((ref) => emit.output(ref));
    const session = new GraphSession(binding, graph.savedModel());
    try {
      const feeds = [x, w, dy].map((input) => ({ input, shape: input.shape.map((size) => (size === -1 ? 2 : size)), data: numbers(input.ref, sizeOf(input.shape.map((size) => (size === -1 ? 2 : size)))) }));
      const [expected, product] = session.run(feeds, fetches);
      assert.ok(relativeDifference([...product!.data], [...expected!.data]) < 1e-6);
    } finally {
      session.close();
    }
  });
});
