// Losses of maps on both engines: values and gradients against PyTorch, a float64 reference and finite differences; what is ignored has no say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oracleFile, relativeDifference, unit } from '../../testdata/oracle/index.ts';
import { build } from '../nets/index.ts';
import type { Network } from '../nets/graph.ts';
import type { Batch, Engine } from './engine.ts';
import type { LossTerm } from './loss-terms.ts';
import { openEngines } from './testing/twins.ts';

const { tensorflow, wasm, withoutPack } = await openEngines();
const { losses } = oracleFile('training.json') as { losses: { readonly seg_target: readonly number[]; readonly runs: Readonly<Record<string, { readonly value: number; readonly grad_first6: readonly number[] }>> } };

const n = 2, size = 4, classes = 3, area = size * size;
/** The file's logits are [2, 3, 4, 4]; ours [2, 4, 4, 3]. */
const place = (picture: number, c: number, pixel: number) => (picture * area + pixel) * classes + c;
const logits = new Float32Array(n * area * classes), target = new Float32Array(n * area * classes);
for (let picture = 0; picture < n; picture++) for (let pixel = 0; pixel < area; pixel++) for (let c = 0; c < classes; c++) {
  logits[place(picture, c, pixel)] = 2 * unit('loss.seg', (picture * classes + c) * area + pixel);
  target[place(picture, c, pixel)] = losses.seg_target[picture * area + pixel] === c ? 1 : 0;
}

/** The logits are the parameters: a bias-free product with the identity, so that its gradient shows the loss's own. */
const network: Network = build('logits', [1], (b) => {
  const vector = b.dense('logits', 'input', n * area * classes);
  const output = b.part('map', vector, 0, [n * size, size, classes]);
  return { output, stages: [{ name: 'all', end: output }], features: vector, gradCam: vector, skips: [] };
});

async function evaluate(engine: Engine, loss: readonly Omit<LossTerm, 'logits'>[], at: Float32Array, weight?: Float32Array): Promise<{ readonly value: number; readonly gradient: Float32Array }> {
  const trainer = await engine.trainer!({
    network, precision: 'float32', optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, batchStatistics: new Set(),
    groups: new Map([['logits.bias', 0]]), loss: loss.map((term) => ({ ...term, logits: 'map' }) as LossTerm), // each of them has logits
  });
  await trainer.load(new Map([['logits.weight', { shape: [at.length, 1], data: new Float32Array(at.length) }], ['logits.bias', { shape: [at.length], data: at }]]), { fresh: true });
  const batch: Batch = { input: { shape: [1, 1], data: Float32Array.of(0) }, targets: new Map([['mask', { shape: [1, n * size, size, classes], data: target }]]), ...(weight && { weight }), seed: [0, 0] };
  const { loss: value, gradients } = await trainer.gradients(batch);
  await trainer.close();
  return { value, gradient: gradients.get('logits.bias')!.data };
}

const mask = { target: 'mask', coefficient: 1 };
const dice = (smooth: number) => ({ kind: 'dice', smooth, ...mask }) as const;
const crossEntropy = { kind: 'cross-entropy', ...mask } as const;
const focal = { kind: 'focal', gamma: 2, alpha: [1, 2, 0.5], ...mask } as const;

/** By definition, in double precision. */
const references: Readonly<Record<string, (z: Float32Array, weight: readonly number[]) => number>> = {
  focal(z, weight) {
    const sum = weight.reduce((a, b) => a + b, 0);
    return weight.reduce((total, w, i) => {
      const p = softmax(z, i), y = p.findIndex((_, c) => target[i * classes + c] === 1);
      return total - w / sum * focal.alpha[y]! * (1 - p[y]!) ** focal.gamma * Math.log(p[y]!);
    }, 0);
  },
  dice(z, weight) {
    const sums = [0, 1, 2].map(() => ({ overlap: 0, said: 0, there: 0 }));
    weight.forEach((w, i) => softmax(z, i).forEach((p, c) => {
      const t = target[i * classes + c]!, sum = sums[c]!;
      sum.overlap += w * p * t;
      sum.said += w * p;
      sum.there += w * t;
    }));
    return sums.reduce((total, { overlap, said, there }) => total + (there > 0 ? 1 - (overlap + 1) / ((said + there) / 2 + 1) : 0), 0) / classes;
  },
};

function softmax(z: Float32Array, position: number): number[] {
  const row = [...z.subarray(position * classes, (position + 1) * classes)].map(Math.exp), sum = row.reduce((a, b) => a + b, 0);
  return row.map((value) => value / sum);
}

for (const [name, engine] of [['tensorflow', tensorflow], ['wasm', wasm]] as const) {
  const skip = engine ? false : withoutPack;
  const agrees = (title: string, terms: Parameters<typeof evaluate>[1], key: string) => test(`${title} on ${name} equals PyTorch in value and gradient`, { skip }, async () => {
    const expected = losses.runs[key]!, { value, gradient } = await evaluate(engine!, terms, logits);
    // The file has ten digits, the engines float32.
    assert.ok(Math.abs(value - expected.value) <= 1e-5 * expected.value, `${value} is not ${expected.value}`);
    assert.ok(relativeDifference(expected.grad_first6.map((_, i) => gradient[place(0, 0, i)]!), expected.grad_first6) <= 1e-5);
  });
  agrees('cross-entropy of maps', [crossEntropy], 'seg ce (mean over pixels)');
  agrees('Dice', [dice(0)], 'seg dice multiclass smooth=0 eps=1e-7 (per class over batch and pixels, mean of classes)');
  agrees('smoothed Dice', [dice(1)], 'seg dice multiclass smooth=1');
  agrees('the sum of cross-entropy and Dice', [crossEntropy, dice(1)], 'seg ce + dice(smooth=1), equal weights');

  // Half of the pixels are ignored; of the others some count twice in the focal loss. Dice is a matter of regions: 0 or 1.
  const someWeights = { focal: Array.from({ length: n * area }, (_, i) => (i % 2 === 0 ? 0 : 1 + (i % 3))), dice: Array.from({ length: n * area }, (_, i) => (i % 2 === 0 ? 0 : 1)) };
  for (const [title, term] of [['focal', focal], ['dice', dice(1)]] as const) {
    const weight = someWeights[title], reference = (z: Float32Array) => references[title]!(z, weight);
    test(`${title} loss with weights and ignored pixels on ${name} equals its definition in double precision, and its gradient finite differences of that`, { skip }, async () => {
      const { value, gradient } = await evaluate(engine!, [term], logits, Float32Array.from(weight));
      assert.ok(Math.abs(value - reference(logits)) <= 1e-5 * value, `${value} is not ${reference(logits)}`);
      const step = 1e-2; // float32 steps; the curvature of these losses adds some 1e-5 of the slope
      const slopes = logits.map((_, i) => {
        const moved = (by: number) => reference(logits.map((z, j) => (j === i ? z + by : z)));
        return (moved(step) - moved(-step)) / (2 * step);
      });
      assert.ok(relativeDifference(gradient, slopes) <= 1e-3, `off by ${relativeDifference(gradient, slopes)}`);
      weight.forEach((w, i) => { if (w === 0) assert.ok(gradient.subarray(i * classes, (i + 1) * classes).every((g) => g === 0)); });
    });
  }

  test(`a class that is nowhere in the target costs nothing in Dice on ${name}`, { skip }, async () => {
    const withoutLast = Float32Array.from({ length: n * area }, (_, i) => (target[i * classes + 2] === 1 ? 0 : 1));
    const sure = logits.map((z, i) => (i % classes === 2 ? -20 : z));
    const { value } = await evaluate(engine!, [dice(1)], sure, withoutLast);
    assert.ok(Math.abs(value - references['dice']!(sure, [...withoutLast])) <= 1e-5);
  });
}
