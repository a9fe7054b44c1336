import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { oracleFile, relativeDifference } from '../../../testdata/oracle/index.ts';
import type { Optimizer } from '../engine.ts';
import { Emitter } from './emitter.ts';
import { GraphWriter } from './graph-writer.ts';
import { clipped, halfSquares, slotName, updateRule } from './optimizers.ts';
import { GraphSession } from './session.ts';
import { native } from './testing/native.ts';
import { Variables } from './variables.ts';

interface OptimizerOracle {
  /** Parameters after each of 5 steps. */
  readonly runs: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

const found = await native();

describe('optimizers on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding } = found;
  const oracle = (oracleFile('training.json') as { optimizers: OptimizerOracle }).optimizers; // the file is our own

  /** Five updates of two numbers on f(a, b) = (1 - a)^2 + 10 (b - a^2)^2 from [-0.5, 0.8]; the gradient is computed here and fed. */
  function descend(optimizer: Optimizer, rate: number, decay: number): number[][] {
    const graph = new GraphWriter();
    const emit = new Emitter(graph);
    const variables = new Variables(graph);
    const rule = updateRule(optimizer);
    variables.declare('x', [2]);
    for (const slot of rule.slots) variables.declare(slotName('x', slot), [2]);
    const input = (name: string, shape: readonly number[]) => graph.placeholder(name, 'float32', shape);
    const gradient = input('gradient', [2]);
    const scalars = ['learningRate', 'weightDecay', ...rule.clock.names].map((name) => input(name, []));
    const [learningRate, weightDecay, ...clock] = scalars.map(({ ref }) => ref);
    const update = rule.emit(emit, variables, { name: 'x', value: variables.read('x').ref, gradient: gradient.ref, learningRate: learningRate!, weightDecay: weightDecay! }, clock);
    const done = emit.op('Identity', [emit.number(1)], 'float32', {}, { control: [update] });
    const access = variables.access().get('x')!;
    const clear = variables.clearing(rule.slots.map((slot) => slotName('x', slot)));
    const session = new GraphSession(binding, graph.savedModel());
    try {
      session.run([], [clear]);
      session.run([{ input: access.value, shape: [2], data: Float32Array.of(-0.5, 0.8) }], [access.load]);
      return Array.from({ length: 5 }, (_, i) => {
        const [a = NaN, b = NaN] = session.run([], [access.save])[0]!.data;
        const slope = Float32Array.of(-2 * (1 - a) - 40 * a * (b - a * a), 20 * (b - a * a));
        const values = [rate, decay, ...rule.clock.at(i + 1)];
        session.run([{ input: gradient, shape: [2], data: slope }, ...scalars.map((scalar, k) => ({ input: scalar, shape: [], data: Float32Array.of(values[k]!) }))], [done]);
        return [...session.run([], [access.save])[0]!.data];
      });
    } finally {
      session.close();
    }
  }

  const sgd = { kind: 'sgd', momentum: 0, nesterov: false } as const;
  const cases: readonly [name: string, Optimizer, rate: number, decay: number][] = [
    ['sgd lr=0.01', sgd, 0.01, 0],
    ['sgd lr=0.01 momentum=0.9', { ...sgd, momentum: 0.9 }, 0.01, 0],
    ['sgd lr=0.01 momentum=0.9 weight_decay=0.05', { ...sgd, momentum: 0.9 }, 0.01, 0.05],
    ['sgd lr=0.01 momentum=0.9 nesterov weight_decay=0.05', { ...sgd, momentum: 0.9, nesterov: true }, 0.01, 0.05],
    ['adam lr=0.1', { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 }, 0.1, 0],
    ['adamw lr=0.1 weight_decay=0.05 (decoupled)', { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 }, 0.1, 0.05],
  ];
  for (const [name, optimizer, rate, decay] of cases) {
    test(`${name} takes PyTorch's steps`, () => {
      // float32 against float64: the curvature of the valley multiplies rounding errors by a few each step
      descend(optimizer, rate, decay).forEach((point, i) => assert.ok(relativeDifference(point, oracle.runs[name]![i]!) <= 2e-5, `step ${i + 1}: ${point}`));
    });
  }

  test('AdamW adds eps after the correction of the second moment, as PyTorch does', () => {
    const eps = 0.1; // large enough to be seen
    let [m, v, x] = [0, 0, -0.5];
    const points = descend({ kind: 'adamw', beta1: 0.9, beta2: 0.999, eps }, 0.1, 0);
    let b = 0.8;
    let [mb, vb] = [0, 0];
    points.forEach((point, i) => {
      const [ga, gb] = [-2 * (1 - x) - 40 * x * (b - x * x), 20 * (b - x * x)];
      [m, v, mb, vb] = [0.9 * m + 0.1 * ga, 0.999 * v + 0.001 * ga * ga, 0.9 * mb + 0.1 * gb, 0.999 * vb + 0.001 * gb * gb];
      const [c1, c2] = [1 - 0.9 ** (i + 1), 1 - 0.999 ** (i + 1)];
      x -= 0.1 * (m / c1) / (Math.sqrt(v / c2) + eps);
      b -= 0.1 * (mb / c1) / (Math.sqrt(vb / c2) + eps);
      assert.ok(relativeDifference(point, [x, b]) <= 2e-5, `step ${i + 1}: ${point}, expected ${x}, ${b}`);
    });
  });

  test('clipping scales all gradients together, and only when they are longer than the limit', () => {
    const graph = new GraphWriter();
    const emit = new Emitter(graph);
    const gradients = new Map([['a', graph.constant('float32', [2], [3, 0])], ['b', graph.constant('float32', [1], [4])]]);
    const run = (limit: number) => [...clipped(emit, gradients, [...halfSquares(emit, gradients).values()], limit).values()];
    const refs = [...run(1), ...run(10)];
    const session = new GraphSession(binding, graph.savedModel());
    const values = session.run([], refs).map(({ data }) => [...data]);
    session.close();
    // torch.nn.utils.clip_grad_norm_ divides by the norm plus 1e-6
    assert.ok(relativeDifference(values.slice(0, 2).flat(), [0.6, 0, 0.8]) <= 1e-6);
    assert.deepEqual(values.slice(2), [[3, 0], [4]]);
  });
});
