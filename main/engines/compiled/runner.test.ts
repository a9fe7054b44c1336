import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Activation, Network, NodeId } from '../../nets/graph.ts';
import { INPUT } from '../../nets/graph.ts';
import type { Builder } from '../../nets/index.ts';
import { build } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { relativeDifference } from '../../../testdata/oracle/index.ts';
import { openOnnxEngine } from '../onnx/index.ts';
import { native } from './testing/native.ts';
import { randomTensor, smallNetwork, smallValues } from './testing/small-network.ts';

const found = await native();

describe('a runner on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding, engine } = found;

  async function outputsOf(network: Network, outputs: readonly NodeId[], n = 2): Promise<TensorMap> {
    const runner = await engine.runner({ network, values: smallValues(network), outputs, precision: 'float32' });
    try {
      return await runner.run(randomTensor([n, ...network.input]));
    } finally {
      await runner.close();
    }
  }

  /** ONNX Runtime shares no line with TensorFlow, and our ONNX writer none with the compiler. */
  async function agreesWithOnnx(network: Network): Promise<void> {
    const outputs = [network.output, ...network.skips];
    const onnx = await openOnnxEngine({ threads: 1 });
    const runner = await onnx.runner({ network, values: smallValues(network), outputs, precision: 'float32' });
    const expected = await runner.run(randomTensor([2, ...network.input]));
    await onnx.close();
    const own = await outputsOf(network, outputs);
    for (const id of outputs) {
      assert.deepEqual(own.get(id)!.shape, expected.get(id)!.shape, id);
      // float32 sums in another order
      assert.ok(relativeDifference(own.get(id)!.data, expected.get(id)!.data) <= 1e-5, id);
    }
  }

  /** A network of one node. */
  const single = (input: readonly number[], write: (b: Builder) => NodeId) => build('single', input, (b) => {
    const output = write(b);
    return { output, features: output, gradCam: output, skips: [], stages: [{ name: 'all', end: output }] };
  });

  test('agrees with ONNX Runtime on convolutions of any kernel, stride, dilation and padding', async () => {
    const pad = fc.oneof(fc.constant('same' as const), fc.nat(2), fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)));
    const windows = fc.record({
      size: fc.tuple(fc.integer({ min: 6, max: 9 }), fc.integer({ min: 6, max: 9 })),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      stride: fc.integer({ min: 1, max: 3 }), dilation: fc.integer({ min: 1, max: 2 }), pad, groups: fc.constantFrom(1 as const, 'depthwise' as const), bias: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(windows, async ({ size, stride, dilation, groups, ...rest }) => {
      // TensorFlow knows no stride together with a dilation.
      const node = { ...rest, groups, dilation, stride: dilation > 1 ? 1 : stride, filters: groups === 1 ? 4 : 3 };
      await agreesWithOnnx(single([...size, 3], (b) => b.conv('conv', INPUT, node)));
    }), { numRuns: 25, seed: 1 });
  });

  test('agrees with ONNX Runtime on pooling of any kernel, stride and padding', async () => {
    const windows = fc.record({
      size: fc.tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 })), op: fc.constantFrom('maxPool' as const, 'avgPool' as const),
      kernel: fc.integer({ min: 2, max: 3 }), stride: fc.integer({ min: 1, max: 3 }), pad: fc.oneof(fc.constant('same' as const), fc.nat(1)),
    });
    await fc.assert(fc.asyncProperty(windows, ({ size, op, ...window }) => agreesWithOnnx(single([...size, 3], (b) => b[op]('pool', INPUT, window)))), { numRuns: 25, seed: 1 });
  });

  test('agrees with ONNX Runtime on every other operation', async () => {
    const activations: readonly Activation[] = ['relu', 'relu6', 'silu', 'hardswish', 'hardsigmoid', 'sigmoid'];
    await agreesWithOnnx(build('everything', [6, 8, 3], (b) => {
      let x = b.norm('norm', b.convTranspose('up', INPUT, { filters: 4, kernel: 2, bias: true }));
      for (const fn of activations) x = b.act(fn, x, fn);
      const gate = b.act('gate', b.conv('squeeze', b.globalPool('mean', x, { keepDims: true }), { filters: 4, kernel: 1, pad: 0, bias: true }), 'sigmoid');
      const gated = b.mul('gated', x, gate);
      const nearest = b.resize('nearest', gated, { factor: 3, method: 'nearest' });
      const bilinear = b.resize('bilinear', gated, { factor: 3, method: 'bilinear' });
      const joined = b.concat('joined', [nearest, bilinear, b.add('sum', [nearest, bilinear])]);
      const padded = b.pad('padded', b.dropout('dropped', joined, 0.5), [1, 0, 2, 3]);
      const output = b.norm('scores', b.dense('dense', b.act('flat_act', b.flatten('flat', padded), 'silu'), 5));
      return { output, features: 'flat_act', gradCam: padded, skips: ['norm', gated, bilinear, padded], stages: [{ name: 'all', end: output }] };
    }));
  });

  test('gives outputs inside a folded pair, and the same logits with and without them', async () => {
    const all = await outputsOf(smallNetwork, ['first.conv', 'first.norm', 'second.norm', 'fc', 'fc']);
    assert.deepEqual([...all].map(([id, { shape }]) => [id, shape]), [
      ['first.conv', [2, 8, 8, 4]], ['first.norm', [2, 8, 8, 4]], ['second.norm', [2, 4, 4, 6]], ['fc', [2, 3]],
    ]);
    const values = smallValues();
    const part = (name: string, channel: number) => values.get(`first.norm.${name}`)!.data[channel]!;
    const conv = all.get('first.conv')!.data;
    const expected = conv.map((x, i) => (x - part('running_mean', i % 4)) / Math.sqrt(part('running_var', i % 4) + 1e-5) * part('weight', i % 4) + part('bias', i % 4));
    assert.ok(relativeDifference(all.get('first.norm')!.data, expected) <= 1e-5);
    assert.ok(relativeDifference((await outputsOf(smallNetwork, ['fc'])).get('fc')!.data, all.get('fc')!.data) <= 1e-5);
  });

  test('takes any number of pictures, and leaves nothing behind when it is closed', async () => {
    const [tensors, sessions] = [engine.liveTensors(), binding.getNumOfSavedModels()];
    const runner = await engine.runner({ network: smallNetwork, values: smallValues(), outputs: ['fc'], precision: 'float32' });
    for (const n of [1, 7, 2]) assert.deepEqual((await runner.run(randomTensor([n, 8, 8, 3]))).get('fc')!.shape, [n, 3]);
    await assert.rejects(runner.run(randomTensor([1, 8, 7, 3])), /image:0 takes \[-1, 8, 8, 3\], not \[1, 8, 7, 3\]/);
    await runner.close();
    assert.equal(engine.liveTensors(), tensors);
    assert.equal(binding.getNumOfSavedModels(), sessions);
    await assert.rejects(runner.run(randomTensor([1, 8, 8, 3])), /closed/);
  });

  test('is not made when a value is missing or an output does not exist, and then leaves no session', async () => {
    const sessions = binding.getNumOfSavedModels();
    const values = new Map(smallValues());
    values.delete('fc.bias');
    await assert.rejects(engine.runner({ network: smallNetwork, values, outputs: ['fc'], precision: 'float32' }), /no value of fc.bias/);
    await assert.rejects(engine.runner({ network: smallNetwork, values: smallValues(), outputs: ['fd'], precision: 'float32' }), /no node fd/);
    assert.equal(binding.getNumOfSavedModels(), sessions);
  });
});
