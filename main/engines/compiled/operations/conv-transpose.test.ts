import { describe, test } from 'node:test';
import { checkGradients } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('transposed convolution on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const node = { op: 'convTranspose', filters: 4, kernel: 2, bias: true } as const;

  test('has the gradients of finite differences', () => checkGradients(binding, { node, shapes: [[3, 4, 3]], distance: 1 / 4 }));
  test('has the gradients of finite differences with a factor of 3 and no bias', () => {
    checkGradients(binding, { node: { ...node, kernel: 3, bias: false }, shapes: [[3, 4, 3]], distance: 1 / 4 });
  });
});
