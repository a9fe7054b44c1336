import { describe, test } from 'node:test';
import { checkGradients } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('convolution on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  // Linear in the input and in the weight: the differences may be wide.
  const distance = 1 / 4;
  const shapes = [[6, 5, 3]];
  const conv = { op: 'conv', filters: 4, kernel: [3, 3], stride: 1, pad: 1, groups: 1, bias: false } as const;

  test('has the gradients of finite differences with a centred window and a bias', () => checkGradients(binding, { node: { ...conv, bias: true }, shapes, distance }));
  test('has the gradients of finite differences with stride 2 and a symmetric pad', () => checkGradients(binding, { node: { ...conv, stride: 2 }, shapes, distance }));
  test('has the gradients of finite differences with stride 2 and TensorFlow padding', () => checkGradients(binding, { node: { ...conv, stride: 2, pad: 'same' }, shapes, distance }));
  test('has the gradients of finite differences with no padding', () => checkGradients(binding, { node: { ...conv, pad: 0 }, shapes, distance }));
  test('has the gradients of finite differences with dilation', () => checkGradients(binding, { node: { ...conv, pad: 2, dilation: 2 }, shapes, distance }));
  test('has the gradients of finite differences with a 1 x 5 kernel and different margins', () => checkGradients(binding, { node: { ...conv, kernel: [1, 5], pad: [0, 1, 2, 3] }, shapes, distance }));

  const depthwise = { ...conv, filters: 3, groups: 'depthwise' } as const;
  test('depthwise, has the gradients of finite differences', () => checkGradients(binding, { node: { ...depthwise, bias: true }, shapes, distance }));
  test('depthwise, has the gradients of finite differences with stride 2 and a 5 x 5 kernel', () => checkGradients(binding, { node: { ...depthwise, kernel: [5, 5], stride: 2, pad: 2 }, shapes, distance }));
  test('depthwise, has the gradients of finite differences with TensorFlow padding', () => checkGradients(binding, { node: { ...depthwise, stride: 2, pad: 'same' }, shapes, distance }));
  test('depthwise, has the gradients of finite differences with dilation', () => checkGradients(binding, { node: { ...depthwise, pad: 2, dilation: 2 }, shapes, distance }));
});
