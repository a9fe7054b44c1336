import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkGradients, OperationProgram } from '../testing/gradient-check.ts';
import { native } from '../testing/native.ts';

const found = await native();

describe('activations on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const clip = (x: number) => Math.min(Math.max(x + 3, 0), 6) / 6;
  const definitions = {
    relu: (x: number) => Math.max(x, 0),
    relu6: (x: number) => Math.min(Math.max(x, 0), 6),
    sigmoid,
    silu: (x: number) => x * sigmoid(x),
    hardsigmoid: clip,
    hardswish: (x: number) => x * clip(x),
  } as const;

  for (const [fn, definition] of Object.entries(definitions) as [keyof typeof definitions, (x: number) => number][]) { // keys of the literal above
    // Numbers from -10 to 10 that keep away from the kinks at -3, 0, 3 and 6.
    const gradientCase = { node: { op: 'act', fn }, shapes: [[4, 4, 5]], inputs: 'spread' } as const;

    test(`${fn} has the gradient of finite differences on both sides of its kinks`, () => checkGradients(binding, gradientCase));
    test(`${fn} has the values of its definition`, () => {
      const program = new OperationProgram(binding, gradientCase, 'float32');
      const values = program.values();
      const output = program.output(values);
      program.close();
      // float32 rounding of numbers up to 10
      values.get('input0')!.forEach((x, i) => assert.ok(Math.abs(output[i]! - definition(x)) <= 2e-6, `${fn}(${x}) is ${output[i]}`));
    });
  }
});
