// Runs that end before their plan does: time is up, or the loss is no number any more. What was best is kept.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { train } from './index.ts';
import { listener, testProject, trainDocument } from './testing/project.ts';

test('a time limit ends the training with the best so far, and says so', async (t) => {
  const project = await testProject(t, { training: 16, validation: 4 });
  const io = listener(project.blobs);
  await train(await trainDocument(project, { strategy: 'last-stages', values: { epochs: 50, minutes: 1e-6, stages: 1, batchSize: 4, augmentation: 'none' } }), io);
  equal(io.events('epoch').length, 1, 'there has to be something to keep');
  ok(io.model());
  deepEqual(io.events('warning').map(({ key }) => key).filter((key) => key === 'training.time-limit'), ['training.time-limit']);
  equal(io.events('finished')[0]!.stopped, false, 'nobody stopped it');
});

test('a rate far too high is noticed: with a loss that is no number the best before it is kept, or nothing is', async (t) => {
  const project = await testProject(t, { training: 48, validation: 4 });
  // With this decay every step makes the weights of the head ten times larger or more, so 48 steps leave float32.
  const wild = { epochs: 1, learningRate: 10, weightDecay: 1, clipNorm: 0, schedule: 'constant', warmup: 0, batchSize: 1, augmentation: 'none', stages: 1 };
  const io = listener(project.blobs);
  await train(await trainDocument(project, { strategy: 'lp-ft', values: wild }), io);
  equal(io.events('finished')[0]!.metrics.epoch, 1, 'the fitted head');
  ok(io.events('warning').some(({ key }) => key === 'training.diverged-kept'), io.events('warning').map(({ key }) => key).join());
  const none = listener(project.blobs);
  await rejects(train(await trainDocument(project, { strategy: 'last-stages', values: { ...wild, head: 'uniform' } }), none), { code: 'refused', key: 'training.diverged' });
});
