import { describe, test } from 'node:test';
import { checkGradients } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('the linear layer on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const distance = 1 / 4;

  test('has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'dense', units: 4, bias: true }, shapes: [[6]], distance }));
  test('has the gradients of finite differences without a bias', () => checkGradients(binding, { node: { op: 'dense', units: 4, bias: false }, shapes: [[6]], distance }));
  test('flattening has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'flatten' }, shapes: [[2, 3, 4]], distance }));
});
