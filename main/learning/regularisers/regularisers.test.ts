import { deepEqual, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../../random.ts';
import { train } from '../index.ts';
import { earlierModel, listener, testProject, trainDocument } from '../testing/project.ts';
import { softened } from './attention.ts';
import { beta, mixed } from './mixup.ts';
import { calibrated, leftOutScore, relation } from './relation.ts';

test('shares of mixup follow Beta(alpha, alpha): mean 1/2, variance 1 / (4 (2 alpha + 1))', () => {
  for (const alpha of [0.2, 1, 4]) {
    const draws = Array.from({ length: 4000 }, (_, i) => beta(stream(3, `beta/${alpha}/${i}`), alpha));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    const expected = 1 / (4 * (2 * alpha + 1));
    ok(draws.every((x) => x >= 0 && x <= 1));
    // Five standard errors of a mean of 4000, and of a variance whose fourth moment is at most 1/16.
    ok(Math.abs(mean - 0.5) < 5 * Math.sqrt(expected / 4000), `mean ${mean}`);
    ok(Math.abs(variance - expected) < 5 * Math.sqrt(1 / 16 / 4000), `variance ${variance}, expected ${expected}`);
  }
});

test('mixup mixes pictures, targets and weights of the same pairs in the same shares', () => {
  const tensor = (shape: readonly number[], ...data: readonly number[]) => ({ shape, data: Float32Array.from(data) });
  const { input, targets, weight } = mixed({ input: tensor([2, 2], 0, 8, 4, 0), targets: new Map([['target', tensor([2, 2], 1, 0, 0, 1)]]), weight: Float32Array.of(1, 3), seed: [0, 0] }, 0.75, [1, 0]);
  deepEqual([...input.data], [1, 6, 3, 2]);
  deepEqual([...targets.get('target')!.data], [0.75, 0.25, 0.25, 0.75]);
  deepEqual([...weight!], [1.5, 2.5]);
});

test('the relation is the mean answer to the pictures of a class, and of all pictures where there are none', () => {
  const answers = [[0.5, 0.5], [0.75, 0.25], [0, 1]];
  deepEqual(relation(answers, [0, 0, 2], 3), [[0.625, 0.375], [1.25 / 3, 1.75 / 3], [0, 1]]);
});

test('calibration sharpens answers that tell the classes apart, and is not fooled by answers that know each picture by heart', () => {
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  const telling = labels.map((label, i) => [label === 0 ? 1 : 0, label === 1 ? 1 : 0, 0.1 * Math.sin(i)]);
  ok(calibrated(telling, labels, 2).temperature < 1);
  // Each picture sure of a class of its own says nothing about any other.
  const sure = labels.map((_, i) => labels.map((__, s) => (s === i ? 1 : 0)));
  ok(Math.abs(leftOutScore(sure, labels, 2) - Math.log(0.5)) < 1e-9, 'as good as guessing');
});

test('attention is a softmax of a fifth of the standardised growth of the loss', () => {
  const shares = softened([0, 0, 3, 1]);
  const mean = 1, deviation = Math.sqrt(1.5);
  const weights = [0, 0, 3, 1].map((x) => Math.exp((x - mean) / deviation / 5));
  const total = weights.reduce((a, b) => a + b);
  shares.forEach((share, i) => ok(Math.abs(share - weights[i]! / total) < 1e-7));
  deepEqual([...softened([2, 2])], [0.5, 0.5]);
});

/** One cached late stage and the head, a high rate: quick, and far from the start. */
const rough = { epochs: 2, batchSize: 8, learningRate: 0.2, backboneRate: 1, stages: 2, patience: 0, augmentation: 'none' };

test('a pull to the start that is strong keeps the stage near it, by weights that count or by all', async (t) => {
  const project = await testProject(t, { training: 16, validation: 8 });
  const driftOf = async (strategy: string, values: Record<string, number>) => {
    const io = listener(project.blobs);
    await train(await trainDocument(project, { strategy, values: { ...rough, epochs: 4, learningRate: 0.1, head: 'uniform', ...values } }), io);
    return io.events('epoch').at(-1)!.stages!.at(-2)!.drift!;
  };
  const free = await driftOf('l2-sp', { alpha: 0, beta: 0 });
  ok(free > 1e-4, `free ${free}`);
  const held = await driftOf('l2-sp', { alpha: 4, beta: 0 });
  ok(held < 0.5 * free, `${held} of ${free}`);
  const elastic = await driftOf('ewc', { lambda: 1000, pictures: 8 });
  ok(elastic > held && elastic < 0.95 * free, `${elastic} of ${free}`);
});

test('the retention meter starts at the parent itself and falls when the network is torn away', async (t) => {
  const project = await testProject(t, { training: 16, validation: 8 });
  const run = async (values: Record<string, number>) => {
    const io = listener(project.blobs);
    await train(await trainDocument(project, { strategy: 'lwf', values: { ...rough, ...values } }), io);
    return io.events('retention');
  };
  const torn = await run({ lambda: 0, learningRate: 1 });
  deepEqual(torn.map(({ epoch, of, value, pictures }) => [epoch, of, epoch === 0 ? value : null, pictures]), [[0, 'agreement', 1, 8], [1, 'agreement', null, 8], [2, 'agreement', null, 8]]);
  const held = await run({ learningRate: 1e-7 });
  deepEqual(held.map(({ value }) => value), [1, 1, 1], 'a network that does not move keeps every answer');
  ok(torn.at(-1)!.value < 1, 'pictures of gratings, and a stage at a rate of 1');
});

test('co-tuning, BSS, DELTA and mixup train, tell the loss of the classes alone, and leave the old head out of the model', async (t) => {
  const project = await testProject(t, { training: 16, validation: 8 });
  const { readSafetensors } = await import('../../weights/index.ts');
  for (const strategy of ['co-tuning', 'bss', 'delta', 'mixup']) {
    const io = listener(project.blobs);
    await train(await trainDocument(project, { strategy, values: { ...rough, learningRate: 0.01, ...(strategy === 'delta' && { stages: 3 }) } }), io);
    const [first, last] = [io.events('epoch').find(({ stages }) => stages)!, io.events('epoch').at(-1)!];
    // DELTA begins with a head that is fitted to the end, at a loss of 1e-4: it can only stay there.
    ok(last.train.loss < (strategy === 'delta' ? 1e-3 : Math.min(1, first.train.loss)), `${strategy}: ${first.train.loss} to ${last.train.loss}`);
    const names = [...readSafetensors(await project.blobs.get(io.model().delta)).tensors.keys()];
    ok(names.includes('classifier.weight') && names.every((name) => !name.startsWith('parent_head')), strategy);
  }
});

test('what needs the old task is refused where it is not known', async (t) => {
  const project = await testProject(t, { training: 8, validation: 4 });
  const run = async (strategy: string, change = {}) => train(await trainDocument(project, { strategy, values: { epochs: 1 }, ...change }), listener(project.blobs));
  await rejects(run('rehearsal'), { code: 'refused', key: 'parent.no-pictures' });
  await rejects(run('lwf', { weights: { base: null, baseSha256: null, delta: null } }), { code: 'refused', key: 'parent.no-head' });
  await rejects(run('co-tuning', { task: 'multilabel' }), { code: 'refused', key: 'regulariser.single-class' });
});

test('a run that begins with a model of the same classes begins with its head, rehearses its pictures under their own names of the classes, and is examined with them', async (t) => {
  const project = await testProject(t, { training: 16, validation: 8 });
  const first = listener(project.blobs);
  await train(await trainDocument(project, { strategy: 'feature-extraction' }), first);
  const document = await trainDocument(project);
  const start = { weights: { ...document.weights, delta: first.model().delta }, parent: { ...earlierModel(project), delta: first.model().delta, classes: ['flat', 'steep'], images: earlierModel(project).images.map((image) => ({ ...image, targets: image.targets.map((c) => 1 - c) })) } };
  const again = listener(project.blobs);
  await train(await trainDocument(project, { ...start, strategy: 'rehearsal', values: { ...rough, epochs: 1, learningRate: 1e-7 } }), again);
  // Hardly moved, so it answers as the first model did.
  const [before, after] = again.events('retention');
  deepEqual([before!.of, before!.pictures, before!.value], ['accuracy', 8, first.events('finished')[0]!.metrics.validation.accuracy]);
  deepEqual(after!.value, before!.value);
  ok(Math.abs(again.events('epoch')[0]!.validation.loss - first.events('finished')[0]!.metrics.validation.loss) < 1e-3, 'engines and a rate of 1e-7');

  // With other classes, the old head goes on beside the new one and is rehearsed there.
  const renamed = listener(project.blobs);
  await train(await trainDocument(project, { ...start, classes: ['coarse', 'fine'], strategy: 'rehearsal', values: { ...rough, learningRate: 0.01 } }), renamed);
  deepEqual(renamed.events('retention').map(({ of }) => of), ['accuracy', 'accuracy', 'accuracy']);
  ok(renamed.events('retention').at(-1)!.value >= 0.75, 'it learns both');
});
