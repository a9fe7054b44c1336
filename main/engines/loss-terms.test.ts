// Every kind of loss term, on the engines that train: gradients against central differences of the loss, and both engines against each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeDifference } from '../../testdata/oracle/index.ts';
import type { TensorMap } from '../tensor.ts';
import { randomTensor, smallBatch, smallNetwork, smallSpec, smallValues } from './compiled/testing/small-network.ts';
import type { Batch, TrainerSpec } from './engine.ts';
import type { LossTerm } from './loss-terms.ts';
import { openEngines } from './testing/twins.ts';

const { wasm, tensorflow, withoutPack } = await openEngines();
const engines = [['wasm', wasm, false], ['tensorflow', tensorflow, withoutPack]] as const;

/** Without dropout, whose masks differ from engine to engine, and with the stored statistics: a smooth function of the parameters. */
const network = { ...smallNetwork, nodes: smallNetwork.nodes.map((node) => (node.op === 'dropout' ? { ...node, rate: 0 } : node)) };
const values = smallValues();
const crossEntropy: LossTerm = { kind: 'cross-entropy', logits: 'fc', target: 'class', coefficient: 1 };
const moved = (names: readonly string[], by: number): TensorMap => new Map(names.map((name) => {
  const { shape, data } = values.get(name)!;
  return [name, { shape, data: data.map((x, i) => x + by * (randomTensor(shape, name).data[i] ?? 0)) }];
}));
const names = ['second.conv.weight', 'second.norm.bias', 'fc.weight'];
const positive = new Map([...moved(names, 1)].map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => x * x) }]));

const taught = (shape: readonly number[], name: string): Batch => ({ ...smallBatch(4), targets: new Map([...smallBatch(4).targets, ['taught', randomTensor([4, ...shape], name)]]) });
const attention = Float32Array.of(0.3, 0.1, 0.25, 0.05, 0.2, 0.1);

interface Case { readonly title: string; readonly term: LossTerm; readonly batch?: Batch }
const cases: readonly Case[] = [
  { title: 'cross-entropy with weights', term: { ...crossEntropy, coefficient: 0.7 }, batch: { ...smallBatch(4), weight: Float32Array.of(1, 2, 0, 0.5) } },
  { title: 'binary cross-entropy', term: { kind: 'binary-cross-entropy', logits: 'fc', target: 'class', coefficient: 0.7 } },
  { title: 'distillation', term: { kind: 'distillation', logits: 'fc', target: 'taught', temperature: 3, coefficient: 4 }, batch: taught([3], 'teacher') },
  { title: 'a match of maps', term: { kind: 'feature-match', features: 'second.act', target: 'taught', attention, coefficient: 0.1 }, batch: taught([4, 4, 6], 'maps') },
  { title: 'the smallest singular values of more features than pictures', term: { kind: 'smallest-singular-values', features: 'pool', count: 2, coefficient: 3 } },
  { title: 'the smallest singular values of more pictures than features', term: { kind: 'smallest-singular-values', features: 'pool', count: 1, coefficient: 3 }, batch: smallBatch(9) },
  { title: 'minus the information of classes', term: { kind: 'information', logits: 'fc', coefficient: 0.7 } },
  { title: 'a pull towards anchors', term: { kind: 'anchor-penalty', anchors: moved(names, 0.5), coefficient: 0.3 } },
  { title: 'a pull towards anchors by importance', term: { kind: 'anchor-penalty', anchors: moved(names, 0.5), importance: positive, coefficient: 0.3 } },
];

const spec = (loss: readonly LossTerm[]): TrainerSpec => smallSpec({ network, loss, batchStatistics: new Set() });

for (const { title, term, batch = smallBatch(4) } of cases) {
  for (const [id, engine, skip] of engines) {
    test(`${title} has the gradient of finite differences on ${id}`, { skip }, async () => {
      const trainer = await engine!.trainer!(spec([term]));
      await trainer.load(values, { fresh: true });
      const { gradients } = await trainer.gradients(batch);
      const h = 1 / 128;
      for (const name of gradients.keys()) {
        const { shape, data } = values.get(name)!;
        const at = async (place: number, offset: number) => {
          await trainer.load(new Map([[name, { shape, data: data.map((x, i) => (i === place ? x + offset : x)) }]]), { fresh: false });
          return (await trainer.gradients(batch)).loss;
        };
        for (const place of [0, data.length - 1]) {
          const numeric = (await at(place, h) - await at(place, -h)) / (2 * h);
          const analytic = gradients.get(name)!.data[place]!;
          // Rounding of a float32 loss of about 1 over a distance of 1/64 is 4e-6 times a few operations; truncation h^2 / 6 times the third derivative.
          assert.ok(Math.abs(numeric - analytic) <= 2e-4 + 2e-3 * Math.abs(analytic), `${name} ${place}: ${analytic}, by differences ${numeric}`);
        }
        await trainer.load(new Map([[name, { shape, data }]]), { fresh: false });
      }
      await trainer.close();
    });
  }

  test(`wasm and tensorflow agree on ${title}`, { skip: withoutPack }, async () => {
    const [ours, theirs] = await Promise.all([wasm, tensorflow!].map(async (engine) => {
      const trainer = await engine.trainer!(spec([crossEntropy, term]));
      await trainer.load(values, { fresh: true });
      const found = await trainer.gradients(batch);
      const step = await trainer.step(batch, { learningRate: [0.1], weightDecay: [0] });
      await trainer.close();
      return { ...found, step };
    }));
    assert.ok(Math.abs(ours!.loss - theirs!.loss) <= 1e-5 * Math.abs(theirs!.loss));
    for (const [name, { data }] of theirs!.gradients) assert.ok(relativeDifference(ours!.gradients.get(name)!.data, data) <= 1e-4, name);
    assert.ok(relativeDifference(ours!.step.terms, theirs!.step.terms) <= 1e-5);
    // What the terms contribute is the loss.
    assert.ok(Math.abs(ours!.step.terms.reduce((sum, x) => sum + x) - ours!.loss) <= 1e-5 * Math.abs(ours!.loss));
  });
}

for (const [id, engine, skip] of engines) {
  test(`a teacher that says the same is at distance 0, and the formulas hold for numbers done by hand on ${id}`, { skip }, async () => {
    const trainer = async (term: LossTerm) => {
      const made = await engine!.trainer!(spec([term]));
      await made.load(values, { fresh: true });
      return made;
    };
    const probe = await trainer(crossEntropy);
    const { logits } = await probe.step(smallBatch(4), { learningRate: [0], weightDecay: [0] });
    await probe.close();
    const distil = await trainer({ kind: 'distillation', logits: 'fc', target: 'taught', temperature: 3, coefficient: 4 });
    const lossWith = async (data: Float32Array) => (await distil.gradients({ ...smallBatch(4), targets: new Map([['taught', { shape: [4, 3], data }]]) })).loss;
    assert.ok(Math.abs(await lossWith(logits.data)) < 1e-6); // rounding of two entropies near 1
    const other = randomTensor([4, 3], 'teacher').data;
    const softened = (row: readonly number[]) => {
      const sum = row.reduce((total, z) => total + Math.exp(z / 3), 0);
      return row.map((z) => Math.exp(z / 3) / sum);
    };
    const rows = (data: Float32Array) => [0, 1, 2, 3].map((i) => softened([...data.subarray(3 * i, 3 * i + 3)]));
    const expected = rows(other).reduce((sum, p, i) => sum + p.reduce((row, share, c) => row + share * Math.log(share / rows(logits.data)[i]![c]!), 0), 0);
    assert.ok(Math.abs(await lossWith(other) - (4 * expected) / 4) < 1e-5); // float32
    await distil.close();
  });

  test(`a step tells the norm of each group's gradients before clipping on ${id}`, { skip }, async () => {
    const all = [...spec([crossEntropy]).groups.keys()].filter((name) => !name.startsWith('first.'));
    // Group 1 has nothing in it.
    const groups = new Map(all.map((name) => [name, name.startsWith('fc.') ? 2 : 0]));
    const trainer = await engine!.trainer!({ ...spec([crossEntropy]), groups, clipNorm: 1e-3 });
    await trainer.load(values, { fresh: true });
    const { gradients } = await trainer.gradients(smallBatch(4));
    const { gradientNorms } = await trainer.step(smallBatch(4), { learningRate: [0, 0, 0], weightDecay: [0, 0, 0] });
    const norm = (of: (name: string) => boolean) => Math.sqrt([...gradients].filter(([name]) => of(name)).reduce((sum, [, { data }]) => sum + data.reduce((s, x) => s + x * x, 0), 0));
    assert.equal(gradientNorms.length, 3);
    assert.equal(gradientNorms[1], 0);
    // float32 sums of some hundred squares
    assert.ok(relativeDifference(gradientNorms, [norm((name) => !name.startsWith('fc.')), 0, norm((name) => name.startsWith('fc.'))]) <= 1e-5);
    await trainer.close();
  });

  test(`a trainer predicts other nodes than the output when that was announced, as a runner does on ${id}`, { skip }, async () => {
    const trainer = await engine!.trainer!({ ...spec([crossEntropy]), alsoPredicts: ['pool'] });
    await trainer.load(values, { fresh: true });
    const input = randomTensor([5, 8, 8, 3], 'unseen');
    const predicted = await trainer.predict(input, 'pool');
    const runner = await engine!.runner({ network, values, outputs: ['pool'], precision: 'float32' });
    assert.ok(relativeDifference(predicted.data, (await runner.run(input)).get('pool')!.data) <= 1e-5); // folded norms round otherwise
    assert.deepEqual((await trainer.predict(input)).shape, [5, 3]);
    await assert.rejects(trainer.predict(input, 'second.act'), /was not asked to predict second.act/);
    await runner.close();
    await trainer.close();
  });

  test(`anchors are neither saved nor lost by a fresh load, and one of a frozen parameter is refused on ${id}`, { skip }, async () => {
    const term: LossTerm = { kind: 'anchor-penalty', anchors: moved(names, 0.5), coefficient: 1 };
    const trainer = await engine!.trainer!(spec([term]));
    await trainer.load(values, { fresh: true });
    const before = await trainer.gradients(smallBatch(2));
    const saved = await trainer.save({ slots: true });
    assert.ok([...saved.keys()].every((name) => !name.includes('constant')));
    await trainer.load(saved, { fresh: true });
    assert.equal((await trainer.gradients(smallBatch(2))).loss, before.loss);
    await trainer.close();
    const frozen = { ...spec([crossEntropy, term]), groups: new Map([['fc.weight', 0]]) };
    await assert.rejects(async () => {
      const refusing = await engine!.trainer!(frozen);
      await refusing.load(values, { fresh: true });
      await refusing.gradients(smallBatch(2));
    }, /second.conv.weight has an anchor but is not trained/);
  });
}
