import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkGradients, OperationProgram } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('batch normalisation on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const node = { op: 'norm', eps: 1e-3, momentum: 0.1 } as const;
  const conv = { op: 'conv', filters: 4, kernel: [3, 3], stride: 1, pad: 1, groups: 1, bias: false } as const;

  test('has the gradients of finite differences with batch statistics', () => checkGradients(binding, { node, shapes: [[3, 4, 5]], batchStatistics: true }));
  test('has the gradients of finite differences with stored statistics', () => checkGradients(binding, { node, shapes: [[3, 4, 5]] }));
  test('has the gradients of finite differences on features without a map', () => {
    checkGradients(binding, { node, shapes: [[5]], batchStatistics: true });
    checkGradients(binding, { node, shapes: [[5]] });
  });
  test('folded into a convolution, has the gradients of finite differences', () => checkGradients(binding, { node: conv, folded: node, shapes: [[4, 5, 3]] }));
  test('folded into a convolution with a bias, has the gradients of finite differences', () => {
    checkGradients(binding, { node: { ...conv, bias: true }, folded: node, shapes: [[4, 5, 3]] });
  });
  test('folded into a strided depthwise convolution, has the gradients of finite differences', () => {
    checkGradients(binding, { node: { ...conv, filters: 3, groups: 'depthwise', stride: 2 }, folded: node, shapes: [[6, 5, 3]] });
  });

  test('gives each channel the mean beta and the deviation gamma of a batch', () => {
    const program = new OperationProgram(binding, { node: { ...node, eps: 1e-12 }, shapes: [[6, 7, 3]], batchStatistics: true }, 'float32');
    const values = program.values();
    const output = program.output(values);
    program.close();
    for (let channel = 0; channel < 3; channel++) {
      const numbers = output.filter((_, i) => i % 3 === channel);
      const mean = numbers.reduce((sum, y) => sum + y, 0) / numbers.length;
      const deviation = Math.sqrt(numbers.reduce((sum, y) => sum + (y - mean) ** 2, 0) / numbers.length);
      // float32 sums over 84 numbers
      assert.ok(Math.abs(mean - values.get('node.bias')![channel]!) < 1e-5);
      assert.ok(Math.abs(deviation - Math.abs(values.get('node.weight')![channel]!)) < 1e-5);
    }
  });
});
