import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sizeOf } from '../../../tensor.ts';
import { oracleFile, relativeDifference, unit } from '../../../../testdata/oracle/index.ts';
import { GraphWriter } from '../graph-writer.ts';
import { Pass } from '../pass.ts';
import type { Value } from '../pass.ts';
import { GraphSession } from '../session.ts';
import { native } from '../testing/native.ts';
import { emitLoss } from './index.ts';

interface LossOracle {
  readonly logits: readonly number[];
  readonly target: readonly number[];
  readonly soft_target: readonly (readonly number[])[];
  readonly binary_logits: readonly number[];
  readonly binary_target: readonly number[];
  readonly seg_target: readonly number[];
  readonly runs: Readonly<Record<string, { readonly value: number; readonly grad_first6: readonly number[] }>>;
}

const found = await native();

describe('losses on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const oracle = (oracleFile('training.json') as { losses: LossOracle }).losses; // the file is our own

  /** Value and gradient of a loss on fed logits of shape [n, ...shape]. */
  function evaluate(kind: 'cross-entropy' | 'binary-cross-entropy', shape: readonly number[], numbers: { logits: readonly number[]; target: readonly number[]; share: readonly number[]; coefficient?: number }) {
    const graph = new GraphWriter();
    const pass = new Pass(graph, { training: true, precision: 'float32', read: () => { throw new Error('no parameters'); }, trainable: () => false, batchStatistics: new Set() });
    const input = (name: string, inner: readonly number[]) => graph.placeholder(name, 'float32', [-1, ...inner]);
    const [logits, target, share] = [input('logits', shape), input('target', shape), input('share', [])];
    const value: Value = { ref: logits.ref, shape, type: 'float32', needsGradient: true };
    const loss = emitLoss({ kind, logits: 'logits', target: 'target', coefficient: numbers.coefficient ?? 1 }, {
      pass, value: () => value, target: () => target.ref, share: () => share.ref, constant: () => { throw new Error('no parameters'); },
    });
    pass.backward();
    const session = new GraphSession(binding, graph.savedModel());
    const outer = [numbers.logits.length / sizeOf(shape), ...shape];
    try {
      const [scalar, gradient] = session.run([
        { input: logits, shape: outer, data: Float32Array.from(numbers.logits) },
        { input: target, shape: outer, data: Float32Array.from(numbers.target) },
        { input: share, shape: [numbers.share.length], data: Float32Array.from(numbers.share) },
      ], [loss, pass.gradientAt(value)]);
      return { loss: scalar!.data[0]!, gradient: [...gradient!.data] };
    } finally {
      session.close();
    }
  }

  const rows = (labels: readonly number[], classes: number, smoothing = 0) =>
    labels.flatMap((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 - smoothing : 0) + smoothing / classes));
  const even = (n: number) => new Array<number>(n).fill(1 / n);
  function agrees(name: string, { loss, gradient }: { readonly loss: number; readonly gradient: readonly number[] }) {
    const expected = oracle.runs[name]!;
    // The file has eight digits, the graph float32.
    assert.ok(Math.abs(loss - expected.value) <= 1e-6 * Math.max(1, expected.value), `${loss} is not ${expected.value}`);
    assert.ok(relativeDifference(gradient.slice(0, 6), expected.grad_first6) <= 2e-6, `${gradient.slice(0, 6)} is not ${expected.grad_first6}`);
  }

  test('cross-entropy equals PyTorch', () => agrees('ce', evaluate('cross-entropy', [3], { logits: oracle.logits, target: rows(oracle.target, 3), share: even(4) })));
  test('cross-entropy with smoothed labels equals PyTorch', () => {
    agrees('ce label_smoothing=0.1', evaluate('cross-entropy', [3], { logits: oracle.logits, target: rows(oracle.target, 3, 0.1), share: even(4) }));
  });
  test('cross-entropy with soft targets equals PyTorch', () => {
    agrees('ce soft targets', evaluate('cross-entropy', [3], { logits: oracle.logits, target: oracle.soft_target.flat(), share: even(4) }));
  });
  test('cross-entropy with class weights equals PyTorch', () => {
    const weights = oracle.target.map((label) => [1, 2, 0.5][label]!);
    const sum = weights.reduce((a, b) => a + b, 0);
    agrees('ce weight=[1,2,0.5] (sum of weighted losses / sum of weights)',
      evaluate('cross-entropy', [3], { logits: oracle.logits, target: rows(oracle.target, 3), share: weights.map((weight) => weight / sum) }));
  });
  test('cross-entropy over the pixels of a map equals PyTorch', () => {
    // The file's logits are [2, 3, 4, 4], channels first.
    const logits = [0, 1].flatMap((n) => Array.from({ length: 16 }, (_, pixel) => [0, 1, 2].map((c) => 2 * unit('loss.seg', (n * 3 + c) * 16 + pixel))).flat());
    const { loss, gradient } = evaluate('cross-entropy', [4, 4, 3], { logits, target: rows(oracle.seg_target, 3), share: even(32) });
    // The first six gradients of the file are those of class 0 at the first six pixels.
    agrees('seg ce (mean over pixels)', { loss, gradient: gradient.filter((_, i) => i % 3 === 0) });
  });
  test('binary cross-entropy equals PyTorch', () => {
    agrees('bce with logits', evaluate('binary-cross-entropy', [1], { logits: oracle.binary_logits, target: oracle.binary_target, share: even(6) }));
  });
  test('binary cross-entropy stays finite for logits of any size', () => {
    const { loss, gradient } = evaluate('binary-cross-entropy', [2], { logits: [1e4, -1e4], target: [0, 0], share: [1] });
    assert.deepEqual({ loss, gradient }, { loss: 5000, gradient: [0.5, 0] });
  });

  for (const kind of ['cross-entropy', 'binary-cross-entropy'] as const) {
    test(`${kind} has the gradient of finite differences, times its coefficient, with uneven shares`, () => {
      const numbers = { logits: [...oracle.logits], target: oracle.soft_target.flat(), share: [0.1, 0.5, 0, 0.4], coefficient: 2.5 };
      const { gradient } = evaluate(kind, [3], numbers);
      const h = 1 / 64;
      gradient.forEach((analytic, i) => {
        const at = (offset: number) => evaluate(kind, [3], { ...numbers, logits: numbers.logits.map((x, k) => (k === i ? x + offset : x)) }).loss;
        // float32 rounding of a loss of about 2 over a distance of 1/32; truncation is h^2 / 6
        assert.ok(Math.abs((at(h) - at(-h)) / (2 * h) - analytic) < 2e-4, `gradient ${i} of ${kind}`);
      });
    });
  }
});
