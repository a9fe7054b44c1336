// bfloat16 has 8 bits of precision: values and gradients stay near those of float32, and everything outside the convolutions stays float32.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasBfloat16, thisMachine } from '../machine.ts';
import { OperationProgram } from './testing/gradient-check.ts';
import type { GradientCase } from './testing/gradient-check.ts';
import { native } from './testing/native.ts';
import { smallBatch, smallNetwork, smallSpec, smallValues } from './testing/small-network.ts';

const found = await native();
// Elsewhere oneDNN has no kernels for it, or far slower ones.
const skip = found.skip || (hasBfloat16(thisMachine()) ? false : 'this processor has no bfloat16');

/** Roundings of 2^-9 each, through two or three tensors; a rule that is wrong in bfloat16 alone was off by 0.1 and more. */
const TOLERANCE = 0.02;

describe('bfloat16', { skip }, () => {
  if (found.skip !== false) return;
  const { binding, engine } = found;
  const map = [6, 6, 8];
  const conv = { op: 'conv', filters: 8, kernel: [3, 3], stride: 2, pad: 1, groups: 1, bias: true } as const;
  const norm = { op: 'norm', eps: 1e-3, momentum: 0.1 } as const;
  const cases: Readonly<Record<string, GradientCase>> = {
    convolution: { node: conv, shapes: [map] },
    'dilated convolution': { node: { ...conv, stride: 1, pad: 2, dilation: 2 }, shapes: [map] },
    'depthwise convolution': { node: { ...conv, groups: 'depthwise' }, shapes: [map] },
    'transposed convolution': { node: { op: 'convTranspose', filters: 4, kernel: 2, bias: true }, shapes: [map] },
    'folded norm': { node: { ...conv, bias: false }, folded: norm, shapes: [map] },
  };
  for (const [name, gradientCase] of Object.entries(cases)) {
    test(`${name} has nearly the values and gradients of float32`, () => {
      const [wide, narrow] = (['float32', 'bfloat16'] as const).map((precision) => {
        const program = new OperationProgram(binding, gradientCase, precision);
        const values = program.values();
        const result = new Map([...program.gradients(values).gradients, ['output', program.output(values)]]);
        program.close();
        return result;
      });
      for (const [tensor, expected] of wide!) assert.ok(distance(narrow!.get(tensor)!, expected) < TOLERANCE, `${tensor} is off by ${distance(narrow!.get(tensor)!, expected)}`);
    });
  }

  test('trains a network to nearly the parameters of float32, which it keeps in float32', async () => {
    const trained = async (precision: 'float32' | 'bfloat16') => {
      const trainer = await engine.trainer!(smallSpec({ precision }));
      await trainer.load(smallValues(), { fresh: true });
      const batch = smallBatch(12);
      for (let i = 0; i < 5; i++) await trainer.step(batch, { learningRate: [0.05], weightDecay: [0] });
      const values = await trainer.save({ slots: false });
      await trainer.close();
      return values;
    };
    const [wide, narrow] = [await trained('float32'), await trained('bfloat16')];
    for (const [name, { data }] of wide) assert.ok(distance(narrow.get(name)!.data, data) < TOLERANCE, name);
  });

  test('predicts nearly the logits of float32', async () => {
    const logits = async (precision: 'float32' | 'bfloat16') => {
      const runner = await engine.runner({ network: smallNetwork, values: smallValues(), outputs: ['first.norm', 'fc'], precision });
      const outputs = await runner.run(smallBatch(4).input);
      await runner.close();
      return outputs;
    };
    const [wide, narrow] = [await logits('float32'), await logits('bfloat16')];
    for (const [id, { data }] of wide) assert.ok(distance(narrow.get(id)!.data, data) < TOLERANCE, id);
  });
});

/** L2 norm of the difference against that of the expected numbers. */
function distance(actual: Float32Array, expected: Float32Array): number {
  const squares = (numbers: Float32Array) => numbers.reduce((sum, x) => sum + x * x, 0);
  return Math.sqrt(squares(expected.map((x, i) => x - actual[i]!)) / squares(expected));
}
