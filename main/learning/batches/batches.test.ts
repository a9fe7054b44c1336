import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { prepare } from '../../images/index.ts';
import { preset } from '../augment/index.ts';
import { openBatches } from './batches.ts';
import type { BatchOptions, PictureBatch } from './batches.ts';
import { normaliser } from './normalise.ts';
import { testProject, trainDocument } from '../testing/project.ts';

async function reader(t: TestContext, change: Partial<BatchOptions> = {}) {
  const project = await testProject(t, { training: 6, validation: 0 });
  const { preprocessing } = await trainDocument(project);
  const pictures = project.images.map(({ source }, i) => ({ source, key: `picture ${i}` }));
  const options: BatchOptions = { pictures, blobs: project.blobs.folder, preprocessing, augmentation: preset('natural'), seed: 1, keep: true, workers: 2, ...change };
  const opened = openBatches(options);
  t.after(() => opened.close());
  return { project, options, read: async (batches: Parameters<typeof opened.read>[0]) => {
    const all: PictureBatch[] = [];
    for await (const batch of opened.read(batches)) all.push(batch);
    return all;
  } };
}

test('a plain batch is what the image room prepares, normalised', async (t) => {
  const { project, options, read } = await reader(t);
  const [batch] = await read([{ members: [4, 1], turn: null }]);
  deepEqual(batch!.input.shape, [2, 64, 64, 3]);
  const expected = new Float32Array(2 * 64 * 64 * 3);
  for (const [place, picture] of [4, 1].entries()) {
    const source = project.images[picture]!.source as { blob: string }; // testProject makes blobs
    normaliser(options.preprocessing)(await prepare(await project.blobs.get(source.blob), options.preprocessing), expected, place * 64 * 64 * 3);
  }
  deepEqual(batch!.input.data, expected);
});

test('batches come in order, and each member has its own pixels whatever else is in the batch', async (t) => {
  const { read } = await reader(t);
  const many = await read([[0, 1], [2, 3], [4, 5], [5, 0]].map((members) => ({ members, turn: 3 })));
  deepEqual(many.map((batch) => batch.members), [[0, 1], [2, 3], [4, 5], [5, 0]]);
  const [all] = await read([{ members: [0, 1, 2, 3, 4, 5], turn: 3 }]);
  const half = 64 * 64 * 3;
  many.forEach(({ members, input }) => members.forEach((picture, place) => deepEqual(input.data.subarray(place * half, (place + 1) * half), all!.input.data.subarray(picture * half, (picture + 1) * half))));
});

test('random changes follow from seed, picture and turn alone, not from workers or what is kept', async (t) => {
  const first = await reader(t), second = await reader(t, { workers: 1, keep: false }), third = await reader(t, { seed: 2 });
  const batches = [{ members: [0, 1, 2], turn: 5 }];
  const [a] = await first.read(batches), [again] = await first.read(batches), [b] = await second.read(batches), [c] = await third.read(batches);
  deepEqual(a!.input, again!.input);
  deepEqual(a!.input, b!.input);
  notDeepEqual(a!.input, c!.input);
  const [later] = await first.read([{ members: [0, 1, 2], turn: 6 }]);
  notDeepEqual(a!.input, later!.input);
});

test('a picture that cannot be read is named with its reason, and its neighbours are whole', async (t) => {
  const { project, options } = await reader(t);
  const broken = await project.blobs.put(Buffer.from('no picture at all'));
  const opened = openBatches({ ...options, pictures: [options.pictures[0]!, { source: { blob: broken }, key: 'broken' }, { source: { file: `${project.folder}/missing.png` }, key: 'missing' }, options.pictures[1]!] });
  t.after(() => opened.close());
  for await (const { errors, input } of opened.read([{ members: [0, 1, 2, 3], turn: null }])) {
    deepEqual([...errors.keys()].sort(), [1, 2]);
    equal((errors.get(1) as { code?: string }).code, 'unreadable');
    equal((errors.get(2) as { key?: string }).key, 'image.no-file');
    ok(input.data.subarray(0, 1000).some((x) => x !== 0) && input.data.subarray(-1000).some((x) => x !== 0));
    ok(input.data.subarray(64 * 64 * 3, 3 * 64 * 64 * 3).every((x) => x === 0));
  }
});

test('bytes become (x / 255 - mean) / std per channel', () => {
  const into = new Float32Array(8);
  normaliser({ channels: 2, mean: [0.5, 0.25], std: [0.5, 0.125] })(Uint8Array.of(0, 0, 255, 255, 51, 51), into, 1);
  deepEqual(into, Float32Array.of(0, -1, -2, 1, 6, (0.2 - 0.5) / 0.5, (0.2 - 0.25) / 0.125, 0));
});
