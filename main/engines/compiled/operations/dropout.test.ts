import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkGradients, OperationProgram } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('dropout on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;

  test('has the gradients of finite differences under one mask', () => checkGradients(binding, { node: { op: 'dropout', rate: 0.4 }, shapes: [[3, 4, 5]], distance: 1 / 4 }));

  test('drops the asked share, scales the rest by 1 / (1 - rate), and repeats its mask for the same seed', () => {
    const program = new OperationProgram(binding, { node: { op: 'dropout', rate: 0.25 }, shapes: [[5000]] }, 'float32');
    const values = new Map([['input0', new Float32Array(10_000).fill(3)]]);
    const [first, second] = [program.output(values), program.output(values)];
    program.close();
    assert.deepEqual(first, second);
    assert.ok(first.every((y) => y === 0 || y === 4));
    const dropped = first.filter((y) => y === 0).length / first.length;
    // four standard deviations of a share of 10,000: sqrt(.25 * .75 / 10000) = .0043
    assert.ok(Math.abs(dropped - 0.25) < 0.0175, `dropped ${dropped}`);
  });
});
