import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INPUT } from '../../nets/graph.ts';
import { build } from '../../nets/index.ts';
import { relativeDifference } from '../../../testdata/oracle/index.ts';
import type { TensorMap } from '../../tensor.ts';
import type { Optimizer, Rates, Trainer, TrainerSpec } from '../engine.ts';
import { native } from './testing/native.ts';
import { CLASSES, randomTensor, smallBatch, smallNetwork, smallSpec, smallValues, weightsOf } from './testing/small-network.ts';
import { trainingGraph } from './training-graph.ts';

const found = await native();

describe('a trainer on the tensorflow engine', { skip: found.skip }, () => {
  if (found.skip !== false) return;
  const { binding, engine } = found;
  const adamw: Optimizer = { kind: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 };
  const rates: Rates = { learningRate: [0.05], weightDecay: [0.01] };

  async function withTrainer(changes: Partial<TrainerSpec>, use: (trainer: Trainer) => Promise<void>, values: TensorMap | null = smallValues()): Promise<void> {
    const trainer = await engine.trainer!(smallSpec(changes));
    try {
      if (values) await trainer.load(values, { fresh: true });
      await use(trainer);
    } finally {
      await trainer.close();
    }
  }
  async function steps(trainer: Trainer, from: number, to: number): Promise<number[]> {
    const losses: number[] = [];
    for (let i = from; i < to; i++) losses.push((await trainer.step(smallBatch(6, { seed: [i, 9], name: `batch${i}` }), rates)).loss);
    return losses;
  }

  test('learns: the loss of one batch falls', () => withTrainer({}, async (trainer) => {
    const batch = smallBatch(6);
    const { loss: first, logits } = await trainer.step(batch, rates);
    assert.deepEqual(logits.shape, [6, CLASSES]);
    for (let i = 0; i < 30; i++) await trainer.step(batch, rates);
    const { loss: last } = await trainer.gradients(batch);
    assert.ok(last < first / 2, `${first} -> ${last}`);
  }));

  for (const optimizer of [{ kind: 'sgd', momentum: 0.9, nesterov: true }, adamw] as const) {
    test(`${optimizer.kind}: a step with rate 0 and no decay changes no parameter`, () => withTrainer({ optimizer }, async (trainer) => {
      await trainer.step(smallBatch(6), { learningRate: [0], weightDecay: [0] });
      same(await trainer.save({ slots: false }), smallValues(), weightsOf(smallNetwork));
    }));

    test(`${optimizer.kind}: continues bit for bit from saved parameters, slots and steps`, () => withTrainer({ optimizer }, async (trainer) => {
      await steps(trainer, 0, 3);
      const saved = await trainer.save({ slots: true });
      const losses = await steps(trainer, 3, 6);
      const end = await trainer.save({ slots: true });
      await withTrainer({ optimizer }, async (resumed) => {
        await resumed.load(saved, { fresh: true, steps: 3 });
        assert.deepEqual(await steps(resumed, 3, 6), losses);
        assert.equal(resumed.steps, 6);
        same(await resumed.save({ slots: true }), end);
      }, null);
    }));
  }

  test('sets single values between steps, and keeps the others, the slots and the step count', () => withTrainer({ optimizer: adamw }, async (trainer) => {
    await steps(trainer, 0, 2);
    const before = await trainer.save({ slots: true });
    const bias = randomTensor([CLASSES]);
    await trainer.load(new Map([['fc.bias', bias]]), { fresh: false });
    same(await trainer.save({ slots: true }), new Map([...before, ['fc.bias', bias]]));
    assert.equal(trainer.steps, 2);
    await trainer.load(smallValues(), { fresh: true });
    assert.equal(trainer.steps, 0);
    assert.ok((await trainer.save({ slots: true })).get('fc.bias/adam_v')!.data.every((x) => x === 0));
  }));

  test('gives bit-equal results from the same values and seeds', () => withTrainer({}, (one) => withTrainer({}, async (two) => {
    assert.deepEqual(await steps(one, 0, 5), await steps(two, 0, 5));
    same(await one.save({ slots: true }), await two.save({ slots: true }));
  })));

  test('drops other features under another seed', () => withTrainer({}, async (trainer) => {
    const loss = async (seed: readonly [number, number]) => (await trainer.gradients(smallBatch(6, { seed }))).loss;
    assert.equal(await loss([1, 2]), await loss([1, 2]));
    assert.notEqual(await loss([1, 2]), await loss([1, 3]));
    assert.notEqual(await loss([1, 2]), await loss([0xffffffff, 2]));
  }));

  test('leaves frozen stages as they are, bit for bit, batch statistics included, and writes no backward pass for them', async () => {
    const trained = weightsOf(smallNetwork).filter((name) => !name.startsWith('first.'));
    const changes = { groups: new Map(trained.map((name) => [name, 0])), batchStatistics: new Set(['second.norm']) };
    await withTrainer(changes, async (trainer) => {
      await steps(trainer, 0, 5);
      const after = await trainer.save({ slots: false });
      const frozen = [...after.keys()].filter((name) => name.startsWith('first.'));
      assert.equal(frozen.length, 5);
      same(after, smallValues(), frozen);
      for (const [name, { data }] of after) if (!frozen.includes(name)) assert.notDeepEqual(data, smallValues().get(name)!.data, name);
      assert.deepEqual([...(await trainer.gradients(smallBatch(6))).gradients.keys()], trained);
    });
    const names = new TextDecoder('latin1').decode(trainingGraph(smallSpec(changes)).savedModel);
    assert.ok(names.includes('train/second.conv/gradient/') && !names.includes('train/first.conv/gradient/'));
  });

  test('neither moves statistics nor parameters when only gradients are asked for', () => withTrainer({}, async (trainer) => {
    await trainer.gradients(smallBatch(6));
    same(await trainer.save({ slots: false }), smallValues());
    assert.equal(trainer.steps, 0);
  }));

  test('gives each parameter group its own rate', () => {
    const groups = new Map(weightsOf(smallNetwork).map((name) => [name, name.startsWith('fc.') ? 1 : 0]));
    return withTrainer({ groups }, async (trainer) => {
      await trainer.step(smallBatch(6), { learningRate: [0, 0.1], weightDecay: [0, 0] });
      const after = await trainer.save({ slots: false });
      same(after, smallValues(), [...groups.keys()].filter((name) => !name.startsWith('fc.')));
      assert.notDeepEqual(after.get('fc.weight'), smallValues().get('fc.weight'));
    });
  });

  test('moves by at most the clipping norm times the rate', () => withTrainer({ clipNorm: 0.01, optimizer: { kind: 'sgd', momentum: 0, nesterov: false } }, async (trainer) => {
    await trainer.step(smallBatch(6), { learningRate: [1], weightDecay: [0] });
    const after = await trainer.save({ slots: false });
    const squares = weightsOf(smallNetwork).map((name) => smallValues().get(name)!.data.reduce((sum, x, i) => sum + (x - after.get(name)!.data[i]!) ** 2, 0));
    // float32 parameters of size 1 hold a move of .01 to about 1e-5 of it
    assert.ok(Math.abs(Math.sqrt(squares.reduce((a, b) => a + b)) - 0.01) < 1e-5);
  }));

  test('counts a picture of weight 0 not at all, and one of weight 2 twice', () => withTrainer({ batchStatistics: new Set(), network: withoutDropout() }, async (trainer) => {
    const whole = smallBatch(4);
    const first = { ...whole, input: { shape: [3, 8, 8, 3], data: whole.input.data.slice(0, 3 * 192) }, targets: new Map([['class', { shape: [3, 3], data: whole.targets.get('class')!.data.slice(0, 9) }]]) };
    const weighted = await trainer.gradients({ ...whole, weight: Float32Array.of(2, 1, 1, 0) });
    const expected = await trainer.gradients({ ...first, weight: Float32Array.of(2, 1, 1) });
    // the same sums, in other blocks
    assert.ok(Math.abs(weighted.loss - expected.loss) < 1e-6);
    for (const [name, { data }] of expected.gradients) assert.ok(relativeDifference(weighted.gradients.get(name)!.data, data) < 1e-5, name);
    const nothing = await trainer.gradients({ ...whole, weight: new Float32Array(4) });
    assert.equal(nothing.loss, 0);
    assert.ok(nothing.gradients.get('fc.weight')!.data.every((x) => x === 0));
  }));

  test('adds its terms, each times its coefficient', async () => {
    const network = withoutDropout();
    const term = { kind: 'cross-entropy', logits: 'fc', target: 'class', coefficient: 1 } as const;
    const other = { ...term, kind: 'binary-cross-entropy' } as const;
    const of = async (loss: TrainerSpec['loss']) => {
      let result: Awaited<ReturnType<Trainer['gradients']>> | undefined;
      await withTrainer({ network, loss }, async (trainer) => { result = await trainer.gradients(smallBatch(6)); });
      return result!;
    };
    const [one, two, both] = [await of([term]), await of([other]), await of([{ ...term, coefficient: 0.5 }, { ...other, coefficient: 3 }])];
    assert.ok(Math.abs(both.loss - (0.5 * one.loss + 3 * two.loss)) < 1e-6 * both.loss);
    const sum = one.gradients.get('first.conv.weight')!.data.map((x, i) => 0.5 * x + 3 * two.gradients.get('first.conv.weight')!.data[i]!);
    assert.ok(relativeDifference(both.gradients.get('first.conv.weight')!.data, sum) < 1e-5);
  });

  test('takes targets and weights of every pixel when the logits are a map', async () => {
    const network = build('map', [4, 4, 3], (b) => {
      const output = b.conv('out', INPUT, { filters: CLASSES, kernel: 1, pad: 0, bias: true });
      return { output, features: output, gradCam: output, skips: [], stages: [{ name: 'all', end: output }] };
    });
    await withTrainer({ network }, async (trainer) => {
      const target = Float32Array.from({ length: 2 * 16 * CLASSES }, (_, i) => (i % CLASSES === 1 ? 1 : 0));
      const batch = { input: randomTensor([2, 4, 4, 3]), targets: new Map([['class', { shape: [2, 4, 4, CLASSES], data: target }]]), seed: [1, 2] } as const;
      const weight = Float32Array.from({ length: 32 }, (_, i) => i % 2);
      const { loss, logits } = await trainer.step({ ...batch, weight }, rates);
      const each = Array.from({ length: 32 }, (_, i) => {
        const row = [...logits.data.subarray(i * CLASSES, (i + 1) * CLASSES)];
        return Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[1]!;
      });
      const expected = each.filter((_, i) => weight[i] === 1).reduce((a, b) => a + b) / 16;
      assert.ok(Math.abs(loss - expected) < 1e-6 * expected);
    }, smallValues(network));
  });

  test('predicts in inference mode what a runner with the same values gives', () => withTrainer({}, async (trainer) => {
    await steps(trainer, 0, 3);
    const input = randomTensor([5, 8, 8, 3], 'unseen');
    const runner = await engine.runner({ network: smallNetwork, values: await trainer.save({ slots: false }), outputs: ['fc'], precision: 'float32' });
    const expected = (await runner.run(input)).get('fc')!;
    await runner.close();
    const predicted = await trainer.predict(input);
    assert.deepEqual(predicted.shape, [5, CLASSES]);
    // the norms are folded in float64 there, in float32 here
    assert.ok(relativeDifference(predicted.data, expected.data) < 1e-5);
  }));

  test('leaves no tensor behind over 200 steps, and no session when it is closed', async () => {
    const sessions = binding.getNumOfSavedModels();
    const tensors = engine.liveTensors();
    await withTrainer({}, async (trainer) => {
      for (let i = 0; i < 200; i++) await trainer.step(smallBatch(4 + (i % 2)), rates);
      await trainer.predict(randomTensor([1, 8, 8, 3]));
      await trainer.save({ slots: true });
      assert.equal(engine.liveTensors(), tensors);
      assert.equal(trainer.steps, 200);
      assert.equal(binding.getNumOfSavedModels(), sessions + 1);
    });
    assert.equal(binding.getNumOfSavedModels(), sessions);
  });

  test('refuses what does not fit, names it, and goes on', () => withTrainer({}, async (trainer) => {
    const batch = smallBatch(6);
    const tensors = engine.liveTensors();
    await assert.rejects(trainer.step(batch, rates), /no value of first.conv.weight was loaded/);
    await assert.rejects(trainer.load(new Map([['fc.weights', randomTensor([3, 6])]]), { fresh: true }), /nothing called fc.weights/);
    await assert.rejects(trainer.load(new Map([['fc.weight', randomTensor([6, 3])]]), { fresh: true }), /fc.weight has shape \[3, 6\], not \[6, 3\]/);
    await trainer.load(smallValues(), { fresh: true });
    await assert.rejects(trainer.step({ ...batch, input: randomTensor([6, 7, 8, 3]) }, rates), /image:0 takes \[-1, 8, 8, 3\], not \[6, 7, 8, 3\]/);
    await assert.rejects(trainer.step({ ...batch, targets: new Map() }, rates), /without its target class/);
    await assert.rejects(trainer.step(batch, { learningRate: [0.1, 0.2], weightDecay: [0] }), /learningRate:0 takes \[1\], not \[2\]/);
    await assert.rejects(trainer.step({ ...batch, weight: new Float32Array(5) }, rates), /weight\/class:0: 5 numbers for shape \[6\]/);
    assert.equal(trainer.steps, 0);
    assert.equal((await steps(trainer, 0, 1)).length, 1);
    assert.equal(engine.liveTensors(), tensors);
  }, null));

  test('refuses a spec that names what the network does not have, or that trains nothing', () => {
    const fails = (changes: Partial<TrainerSpec>, message: RegExp) => assert.throws(() => trainingGraph(smallSpec(changes)), message);
    fails({ groups: new Map([['fc.wait', 0]]) }, /no parameter fc.wait to train/);
    fails({ groups: new Map([['first.norm.running_mean', 0]]) }, /no parameter first.norm.running_mean to train/);
    fails({ groups: new Map([['fc.weight', -1]]) }, /-1 is not a parameter group/);
    fails({ groups: new Map() }, /depends on nothing that is trained/);
    fails({ batchStatistics: new Set(['first.conv']) }, /no norm first.conv/);
    fails({ loss: [] }, /at least one term/);
  });

  /** The small network for comparisons that a random mask would disturb. */
  function withoutDropout() {
    return { ...smallNetwork, nodes: smallNetwork.nodes.map((node) => (node.op === 'dropout' ? { ...node, rate: 0 } : node)) };
  }
});

/** Bit for bit. */
function same(actual: TensorMap, expected: TensorMap, names: Iterable<string> = expected.keys()): void {
  for (const name of names) assert.deepEqual(actual.get(name), expected.get(name), name);
}
