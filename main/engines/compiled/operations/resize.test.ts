import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkGradients, OperationProgram } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('enlarging and padding on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const distance = 1 / 4; // linear
  const shapes = [[3, 4, 2]];

  for (const method of ['nearest', 'bilinear'] as const) {
    for (const factor of [2, 3]) {
      test(`${method} by ${factor} has the gradients of finite differences`, () => checkGradients(binding, { node: { op: 'resize', method, factor }, shapes, distance }));
    }
  }

  test('nearest repeats each pixel', () => {
    const program = new OperationProgram(binding, { node: { op: 'resize', method: 'nearest', factor: 5 }, shapes: [[7, 3, 1]] }, 'float32');
    const values = program.values();
    const output = program.output(values);
    program.close();
    for (let y = 0; y < 35; y++) for (let x = 0; x < 15; x++) {
      assert.equal(output[y * 15 + x], values.get('input0')![Math.floor(y / 5) * 3 + Math.floor(x / 5)]);
    }
  });

  test('cutting off edges has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'crop', crop: [0, 1, 1, 2] }, shapes, distance }));
  test('a map out of a vector has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'part', offset: 3, shape: [2, 3, 2] }, shapes: [[17]], distance }));
  test('padding with zeros has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'pad', pad: [0, 1, 2, 3] }, shapes, distance }));
  test('padding with channels of zeros has the gradients of finite differences', () => checkGradients(binding, { node: { op: 'pad', pad: [0, 1, 0, 0], channels: 2 }, shapes, distance }));
});
