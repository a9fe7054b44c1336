// Scores of maps by their definitions, and the plain loss against what the engines train with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEagerEngine } from '../../engines/eager/index.ts';
import { build } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import { balancedMaps, maskLoss, maskTargets } from './loss.ts';
import { lossKinds } from './recipe.ts';
import { createMaskScorer, plainLoss } from './scores.ts';

const n = 2, side = 4, maps = 3, area = side * side;
const draw = stream(1, 'scores');
const labels = Uint8Array.from({ length: n * area }, (_, i) => (i % 7 === 0 ? 255 : draw.integer(i, maps)));
const logits = { shape: [n, side, side, maps], data: Float32Array.from({ length: n * area * maps }, (_, i) => 2 * draw.normal(1000 + i)) };

for (const kind of lossKinds) {
  test(`the plain loss ${kind} is what an engine trains with where nothing has a weight`, async () => {
    // The logits are a dense layer's bias, so the engine's loss is that of these very numbers.
    const network = build('logits', [1], (b) => {
      const vector = b.dense('d', 'input', logits.data.length), output = b.part('map', vector, 0, [n * side, side, maps]);
      return { output, stages: [{ name: 'all', end: output }], features: vector, gradCam: vector, skips: [] };
    });
    const engine = await openEagerEngine({ kind: 'cpu' });
    const trainer = await engine.trainer!({ network, groups: new Map([['d.bias', 0]]), batchStatistics: new Set(), loss: maskLoss(kind, 'map'), optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, precision: 'float32' });
    await trainer.load(new Map([['d.weight', { shape: [logits.data.length, 1], data: new Float32Array(logits.data.length) }], ['d.bias', { shape: [logits.data.length], data: logits.data }]]), { fresh: true });
    const { loss } = await trainer.gradients({ input: { shape: [1, 1], data: Float32Array.of(0) }, ...maskTargets(kind, { labels, weights: null }, [1, n * side, side, maps], null), seed: [0, 0] });
    await trainer.close();
    await engine.close();
    // float32 against float64.
    assert.ok(Math.abs(loss - plainLoss(kind, logits.data, labels, maps)) <= 1e-5 * loss, `${loss} is not ${plainLoss(kind, logits.data, labels, maps)}`);
  });
}

test('Dice is per picture and over the classes that are there or said; a picture without any counts 1', () => {
  const said = (values: readonly number[]) => ({ shape: [1, 2, 2, maps], data: Float32Array.from(values.flatMap((value) => [0, 1, 2].map((c) => (c === value ? 5 : 0)))) });
  const scorer = createMaskScorer('cross-entropy', maps);
  assert.deepEqual([...scorer.add(said([0, 1, 1, 2]), Uint8Array.of(0, 1, 0, 255), [7])], [0, 1, 1, 2]);
  assert.equal(scorer.scores().accuracy, 2 / 3);
  assert.equal(scorer.scores().dice, 2 / 3); // class 1: 2 * 1 / (2 + 1); class 2 is said on an unknown pixel only
  scorer.add(said([0, 0, 0, 0]), Uint8Array.of(0, 0, 0, 0), [8]);
  assert.equal(scorer.scores().dice, (2 / 3 + 1) / 2);
  // Another tile of the first picture: its counts are joined before anything is divided.
  scorer.add(said([2, 2, 0, 0]), Uint8Array.of(2, 2, 2, 0), [7]);
  assert.equal(scorer.scores().dice, ((2 / 3 + 4 / 5) / 2 + 1) / 2);
});

test('balanced weights give every map the same say and are 1 on average', () => {
  const weights = balancedMaps([Uint8Array.of(0, 0, 0, 0, 0, 1, 255), Uint8Array.of(0)], 3);
  assert.deepEqual(weights, [7 / 18, 7 / 3, 0]);
});
