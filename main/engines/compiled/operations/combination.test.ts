import { describe, test } from 'node:test';
import { checkGradients } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('sums, products and joins on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const map = [3, 4, 2];
  const distance = 1 / 4; // linear in each input

  test('a sum of two has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'add' }, shapes: [map, map], distance }));
  test('a sum of three has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'add' }, shapes: [map, map, map], distance }));
  test('a product has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'mul' }, shapes: [map, map], distance }));
  test('a product with a gate of one pixel has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'mul' }, shapes: [map, [1, 1, 2]], distance }));
  test('a join along channels has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'concat' }, shapes: [map, [3, 4, 1], [3, 4, 3]], distance }));
});
