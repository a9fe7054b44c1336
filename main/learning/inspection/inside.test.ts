// Looking into a network: filters as pictures, the strongest channels, and a whole look before and after training.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { variant } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { filtersOf, lookInside, strongestChannels } from './inside.ts';
import { train } from '../job.ts';
import { listener, predictDocument, testProject, trainDocument } from '../testing/project.ts';

test('filters are pictures around grey, on one scale before and after training', () => {
  const network = variant('resnet20').build({ classes: 2 });
  const weight = (value: number): TensorMap => new Map([['conv1.weight', { shape: [16, 3, 3, 3], data: Float32Array.from({ length: 16 * 27 }, (_, i) => (i === 0 ? value : 0)) }]]);
  const filters = filtersOf(network, weight(-1), weight(2))!;
  deepEqual([filters.rows, filters.columns, filters.channels, filters.after.length], [3, 3, 3, 16]);
  // The first number is red of the first pixel of the first filter: half the way down, and all the way up.
  deepEqual([filters.after[0]![0], filters.before![0]![0], filters.after[0]![1]], [Math.round(128 - 63.5), 255, 128]);
  equal(filtersOf(network, weight(1), null)!.before, null);
});

test('the strongest channels come first, and equal ones in their order', () => {
  deepEqual(strongestChannels(Float32Array.of(0, 1, -3, 0, 1, 3), 3, 2), [2, 1]);
});

test('a picture is looked at with the values that the training began with and with those that it ended with', async (t) => {
  const project = await testProject(t, { training: 8, validation: 4 });
  const document = await trainDocument(project, { strategy: 'feature-extraction' });
  const told = listener(project.blobs);
  await train(document, told);
  const looked = listener(project.blobs);
  await lookInside({ ...predictDocument(document, told.model(), project.images.slice(0, 1)), kind: 'inside', stage: 1, began: 'the pretrained weights', parentDelta: null }, looked);
  const found = looked.messages.find((message) => message.type === 'inside')!.record;
  const stage = found.stages[found.stage]!;
  ok(found.maps.length === 12 && found.maps.every(({ after }) => after.length === stage.rows * stage.columns && after.every(Number.isFinite)));
  // Only the head was fitted: the stages before it are what they were.
  for (const { before, after } of found.maps) deepEqual(before, after);
  deepEqual(found.filters!.before, found.filters!.after);
  deepEqual(found.evidence!.classes.map(({ className }) => className), document.classes);
});
