import { describe, test } from 'node:test';
import { checkGradients } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('pooling on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const shapes = [[5, 6, 3]];
  const max = { op: 'maxPool', kernel: 3, stride: 2, pad: 1 } as const;
  const average = { op: 'avgPool', kernel: 3, stride: 2, pad: 1 } as const;
  const distance = 1 / 4; // means are linear

  // Distinct numbers an eighth apart: differences of two 64ths never change which one is the largest.
  test('the maximum has the gradients of finite differences with a symmetric pad', () => checkGradients(binding, { node: max, shapes, inputs: 'spread' }));
  test('the maximum has the gradients of finite differences with TensorFlow padding', () => checkGradients(binding, { node: { ...max, pad: 'same' }, shapes, inputs: 'spread' }));
  test('the maximum has the gradients of finite differences without padding', () => checkGradients(binding, { node: { ...max, kernel: 2, pad: 0 }, shapes, inputs: 'spread' }));

  test('the mean has the gradients of finite differences with a symmetric pad', () => checkGradients(binding, { node: average, shapes, distance }));
  test('the mean has the gradients of finite differences with TensorFlow padding', () => checkGradients(binding, { node: { ...average, pad: 'same' }, shapes, distance }));
  test('the mean has the gradients of finite differences with margins of its own', () => checkGradients(binding, { node: { ...average, stride: 1, pad: [0, 1, 2, 0] }, shapes, distance }));

  test('the means of cells that overlap, of cells that repeat pixels, and of the whole map have the gradients of finite differences', () => {
    for (const size of [[3, 4], [7, 7], [1, 1]] as const) checkGradients(binding, { node: { op: 'adaptivePool', size }, shapes, distance });
  });

  test('the global mean has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'globalPool', keepDims: false }, shapes, distance }));
  test('the global mean that stays a map has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'globalPool', keepDims: true }, shapes, distance }));
});
