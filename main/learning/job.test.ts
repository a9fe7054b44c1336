import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainDocument } from '#contract/jobs.ts';
import { JobMessage } from '#contract/jobs.ts';
import { stageIndex } from '../nets/index.ts';
import { predict, train } from './index.ts';
import { baseValues, modelValues } from './model.ts';
import { networkOf } from './plan.ts';
import { listener, predictDocument, testProject, trainDocument } from './testing/project.ts';
import type { Listener } from './testing/project.ts';

/** Two cached late stages, quick enough for a test: 4 epochs of 3 steps. */
const short = { stages: 2, epochs: 4, batchSize: 8, learningRate: 0.01, patience: 0 };

test('a run tells its plan, its phases and epochs, and hands over a model that predicts what it was measured with', async (t) => {
  const project = await testProject(t);
  const document = await trainDocument(project, { strategy: 'lp-ft', values: short });
  const io = listener(project.blobs);
  await train(document, io);
  for (const message of io.messages) JobMessage.parse(message);
  deepEqual(io.messages.flatMap((message) => (message.type === 'event' && message.body.type !== 'progress' && message.body.type !== 'warning' ? [message.body.type] : message.type === 'model' ? ['model'] : [])),
    ['plan', 'prepared', 'phase', 'epoch', 'checkpoint', 'phase', 'epoch', 'checkpoint', 'epoch', 'checkpoint', 'epoch', 'checkpoint', 'epoch', 'checkpoint', 'model', 'finished']);
  deepEqual(io.events('epoch').map(({ epoch, epochs, phase }) => [epoch, epochs, phase]), [[1, 5, 0], [2, 5, 1], [3, 5, 1], [4, 5, 1], [5, 5, 1]]);
  const [finished] = io.events('finished');
  const best = io.events('epoch').filter((epoch) => epoch.best).at(-1)!;
  deepEqual(finished!.metrics, { epoch: best.epoch, validation: best.validation, selection: true });

  const asked = listener(project.blobs);
  await predict(predictDocument(document, io.model()), asked);
  const predictions = asked.messages.flatMap((message) => (message.type === 'predictions' ? message.predictions : []));
  deepEqual(predictions.map(({ id }) => id), document.images.map(({ id }) => id));
  const validation = document.images.flatMap((image, i) => (image.partition === 'validation' ? [predictions[i]!.probabilities![image.targets[0]!]!] : []));
  const loss = validation.reduce((sum, p) => sum - Math.log(p), 0) / validation.length;
  // Training validates with its own engine, prediction runs on the one that infers: float32 sums in another order.
  ok(Math.abs(loss - finished!.metrics.validation.loss) < 1e-4, `${loss} ${finished!.metrics.validation.loss}`);
});

test('frozen stages keep every bit, batch statistics included, and the others move', async (t) => {
  const project = await testProject(t);
  for (const values of [{ ...short, augmentation: 'natural', views: 1 }, { ...short, batchNorm: 'training', augmentation: 'natural', views: 0 }]) {
    const document = await trainDocument(project, { strategy: 'lp-ft', values: { ...values, epochs: 2, learningRate: 0.05 } });
    const io = listener(project.blobs);
    await train(document, io);
    const network = networkOf(document);
    const base = await baseValues(document.weights, network);
    // The best epoch may be the fitted head, so the last checkpoint is looked at, too.
    const model = await modelValues({ ...document.weights, delta: io.model().delta }, network, project.blobs);
    const last = await checkpointValues(project.blobs.get(io.events('checkpoint').at(-1)!.blob));
    const stages = stageIndex(network), firstTrained = network.stages.length - 2;
    for (const [name, tensor] of base) if (stages.get(name.slice(0, name.lastIndexOf('.')))! < firstTrained) deepEqual(model.get(name)!.data, tensor.data, name);
    for (const name of last.keys()) ok(stages.get(name.slice(0, name.lastIndexOf('.')))! >= firstTrained, name);
    ok(last.has('conv_head.weight') && last.has('classifier.bias'));
    equal(last.has('bn2.running_mean'), 'batchNorm' in values, 'statistics move only where that was asked for');
  }
});

async function checkpointValues(bytes: Promise<Buffer>): Promise<Map<string, Float32Array>> {
  const { readSafetensors } = await import('../weights/index.ts');
  return new Map([...readSafetensors(await bytes).tensors].flatMap(([name, { data }]) => (name.startsWith('values/') ? [[name.slice(7), data]] : [])));
}

for (const values of [short, { ...short, augmentation: 'microscopy', views: 0, optimizer: 'adamw', dropout: 0.3, batchNorm: 'training', schedule: 'one-cycle' }] as TrainDocument['values'][]) {
  test(`a run that was cut off after any epoch goes on to the same bits (${values['optimizer'] ?? 'sgd'})`, async (t) => {
    const project = await testProject(t);
    const document = await trainDocument(project, { strategy: 'lp-ft', values });
    const whole = listener(project.blobs);
    await train(document, whole);
    const plan = whole.events('plan')[0]!;
    for (const { blob, epoch } of whole.events('checkpoint').filter((_, i) => i % 2 === 0)) {
      const rest = listener(project.blobs);
      await train({ ...document, resume: blob, resumeEngine: plan.engine }, rest);
      equal(rest.model().delta, whole.model().delta, `resumed after epoch ${epoch}`);
      equal(rest.events('checkpoint').at(-1)?.blob === undefined, epoch === 5);
      deepEqual(scoresOf(rest), scoresOf(whole).slice(epoch));
    }
  });
}

const scoresOf = (io: Listener) => io.events('epoch').map(({ epoch, train, validation, best }) => ({ epoch, train, validation, best }));

test('the same seed gives the same model, another one another', async (t) => {
  const models = [];
  for (const seed of [1, 1, 2]) {
    const project = await testProject(t);
    const io = listener(project.blobs);
    await train(await trainDocument(project, { strategy: 'fine-tune', seed, values: { epochs: 1, batchSize: 8 } }), io);
    models.push(io.model().delta);
  }
  equal(models[0], models[1]);
  ok(models[0] !== models[2]);
});

test('a run is not continued on another engine, nor with a checkpoint of another run', async (t) => {
  const project = await testProject(t);
  const document = await trainDocument(project);
  const io = listener(project.blobs);
  await train(document, io);
  const { engine } = io.events('plan')[0]!, resume = io.events('checkpoint')[0]!.blob;
  await rejects(train({ ...document, resume, resumeEngine: { ...engine, threads: 99 } }, io), { code: 'engine', key: 'checkpoint.other-engine' });
  await rejects(train({ ...document, resume, resumeEngine: engine, seed: 5 }, io), { code: 'conflict' });
});

test('a wish to stop keeps the best so far; before there is any, the run ends without a model', async (t) => {
  const project = await testProject(t);
  const document = await trainDocument(project, { strategy: 'lp-ft', values: short });
  const io = listener(project.blobs, { type: 'epoch', count: 3 });
  await train(document, io);
  const [finished] = io.events('finished');
  equal(finished!.stopped, true);
  equal(io.events('epoch').length, 3);
  const none = listener(project.blobs, { type: 'plan', count: 1 });
  await train(await trainDocument(project, { strategy: 'lp-ft', values: short, seed: 9, preprocessing: { ...document.preprocessing, size: [48, 48] } }), none);
  equal(none.messages.some((message) => message.type === 'model'), false);
  const first = listener(project.blobs, { type: 'progress', count: 1 });
  await train({ ...document, strategy: 'fine-tune', values: { epochs: 5, batchSize: 8 } }, first);
  equal(first.events('epoch').length, 1, 'half an epoch is better than nothing');
  ok(first.model());
});

test('a wish that arrives as a message in the middle of an epoch is heard between two steps', async (t) => {
  const project = await testProject(t);
  const io = listener(project.blobs);
  let asked = false;
  const send = (message: JobMessage) => {
    io.send(message);
    if (message.type === 'event' && message.body.type === 'phase' && message.body.index === 1) setTimeout(() => { asked = true; }, 0);
  };
  await train(await trainDocument(project, { strategy: 'lp-ft', values: { ...short, epochs: 1, batchSize: 1 } }), { ...io, send, stopRequested: () => asked });
  equal(io.events('epoch').length, 1, 'only the fitted head was finished');
  equal(io.events('finished')[0]!.stopped, true);
});

test('a rate that is far too high is warned of, or ends the run with what to do', async (t) => {
  const project = await testProject(t);
  const io = listener(project.blobs);
  const outcome = await train(await trainDocument(project, { strategy: 'fine-tune', values: { epochs: 4, batchSize: 8, learningRate: 10, schedule: 'constant', patience: 0 } }), io).then(() => null, (error: unknown) => error);
  if (outcome === null) ok(io.events('warning').some(({ key }) => key === 'training.above-guessing'));
  else ok((outcome as { key?: string }).key === 'training.diverged', String(outcome));
});

test('training stops when validation gets no better', async (t) => {
  const project = await testProject(t);
  const io = listener(project.blobs);
  await train(await trainDocument(project, { strategy: 'lp-ft', values: { ...short, epochs: 50, patience: 2, learningRate: 1e-7 } }), io);
  const epochs = io.events('epoch');
  ok(epochs.length < 50 && epochs.slice(-2).every((epoch) => !epoch.best));
});

test('neighbours vote as well as they are measured', async (t) => {
  const project = await testProject(t);
  const document = await trainDocument(project, { strategy: 'knn' });
  const io = listener(project.blobs), asked = listener(project.blobs);
  await train(document, io);
  const { head } = io.model();
  equal(head.kind, 'knn');
  await predict(predictDocument(document, io.model()), asked);
  const predictions = asked.messages.flatMap((message) => (message.type === 'predictions' ? message.predictions : []));
  const validation = document.images.flatMap(({ partition, targets }, i) => (partition === 'validation' ? [predictions[i]!.probabilities![targets[0]!]!] : []));
  const loss = validation.reduce((sum, p) => sum - Math.log(p), 0) / validation.length;
  ok(Math.abs(loss - io.events('finished')[0]!.metrics.validation.loss) < 1e-6);
});

test('pictures with several classes get one probability per class', async (t) => {
  const project = await testProject(t);
  const images = project.images.map((image, i) => ({ ...image, targets: i % 4 === 3 ? [] : [...image.targets, ...(i % 4 === 0 ? [2] : [])] }));
  const document = await trainDocument({ ...project, images }, { task: 'multilabel', classes: ['flat', 'steep', 'third'], strategy: 'lp-ft', values: { ...short, epochs: 1 } });
  const io = listener(project.blobs), asked = listener(project.blobs);
  await train(document, io);
  await predict(predictDocument(document, io.model()), asked);
  const rows = asked.messages.flatMap((message) => (message.type === 'predictions' ? message.predictions : [])).map(({ probabilities }) => probabilities!);
  ok(rows.every((row) => row.length === 3 && row.every((p) => p > 0 && p < 1)));
  ok(rows.some((row) => Math.abs(row.reduce((a, b) => a + b, 0) - 1) > 0.1));
});

test('a picture that cannot be read ends a training run by name, and a prediction only for itself', async (t) => {
  const project = await testProject(t);
  const document = await trainDocument(project);
  const io = listener(project.blobs);
  await train(document, io);
  const lost = { ...document.images[3]!, source: { file: `${project.folder}/lost.png` } };
  await rejects(train({ ...document, images: document.images.with(3, lost) }, io), { key: 'image.no-file' });
  const asked = listener(project.blobs);
  await predict(predictDocument(document, io.model(), [document.images[0]!, lost, document.images[1]!]), asked);
  const predictions = asked.messages.flatMap((message) => (message.type === 'predictions' ? message.predictions : []));
  deepEqual(predictions.map(({ probabilities, error }) => [probabilities !== null, error?.key]), [[true, undefined], [false, 'image.no-file'], [true, undefined]]);
});

test('a second run on the same pictures computes no feature again', async (t) => {
  const project = await testProject(t);
  const first = listener(project.blobs), second = listener(project.blobs);
  await train(await trainDocument(project), first);
  await train(await trainDocument(project, { strategy: 'knn' }), second);
  deepEqual([first, second].map((io) => io.events('prepared')[0]!.cached), [0, 36]);
});

test('the wasm engine trains the same way', async (t) => {
  const project = await testProject(t, { training: 8, validation: 4 });
  const document = await trainDocument(project, { engine: 'wasm', strategy: 'lp-ft', values: { ...short, epochs: 1 } });
  const io = listener(project.blobs);
  await train(document, io);
  equal(io.events('plan')[0]!.engine.id, 'wasm');
  ok(io.events('epoch').every(({ train: { loss } }) => Number.isFinite(loss)));
});
