// What is tried before a run for masks: what its steps cost, and at which rate its loss falls.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeasuredCosts } from '#contract/estimate.ts';
import type { JobMessage, TrainDocument } from '#contract/jobs.ts';
import type { RateSweep } from '#contract/rate-sweep.ts';
import { estimateMaskRun, findMaskRate, maskCostKey, measureMasks } from './index.ts';
import { discs } from './testing/discs.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-mask-trials-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const { blobs, images, document } = await discs(folder);
const sizes = new Map(images.map(({ id }) => [id, { width: 64, height: 64 }]));

function listening<T>(pick: (message: JobMessage) => T | undefined) {
  const heard: T[] = [];
  return { heard, io: { blobs, stopRequested: () => false, send: (message: JobMessage) => { const one = pick(message); if (one !== undefined) heard.push(one); } } };
}

test('what a run for masks will take follows from a few of its steps, kept maps and validation included', async () => {
  const two = document({ strategy: 'feature-extraction', values: { views: 2, epochs: 2 } });
  const { heard, io } = listening((message): MeasuredCosts | undefined => (message.type === 'measured' ? message.costs : undefined));
  await measureMasks({ ...two, kind: 'measure' }, io);
  const [costs] = heard;
  // Of so few tiles a busy machine may take longer for less: what one takes is then told as nothing.
  assert.ok(costs && costs.prepare >= 0 && costs.phases.length === 1 && Object.values(costs.phases[0]!).every((seconds) => seconds > 0), JSON.stringify(costs));
  const { start, step, validation, end } = costs.phases[0]!;
  // Six tiles in two batches, two tiles of validation; each of two views and the plain validation pictures once through the encoder.
  const expected = (epochs: number) => costs.open + (6 * 2 + 2) * costs.prepare + start + epochs * (2 * step + 2 * validation + end);
  for (const epochs of [2, 10]) assert.ok(Math.abs(estimateMaskRun(document({ ...two, values: { ...two.values, epochs } }), sizes, costs).seconds - expected(epochs)) < 1e-9);
  assert.ok(estimateMaskRun(two, sizes, costs).memory > costs.memory, 'the kept maps come on top');
});

test('runs that differ only in their length, or in where tiles lie, have the same steps; any other difference has to be measured', () => {
  const key = (changes: Partial<TrainDocument>) => maskCostKey(document(changes), sizes), own = key({});
  for (const same of [{ epochs: 9 }, { tilesPerPicture: 3 }, { foreground: 0.1 }, { patience: 4 }]) assert.equal(key({ values: same }), own, JSON.stringify(same));
  for (const other of [{ values: { batchSize: 2 } }, { values: { loss: 'dice' } }, { backbone: 'unet_16' }, { strategy: 'from-scratch' }, { classes: ['disc', 'square'] }, { threads: 2 }]) assert.notEqual(key(other), own, JSON.stringify(other));
});

test('a search for a rate climbs through the run\'s own steps, and finds one at which the loss falls', async () => {
  const { heard, io } = listening((message): RateSweep | undefined => (message.type === 'rates' ? message.sweep : undefined));
  await findMaskRate({ ...document({ strategy: 'from-scratch', backbone: 'unet_16', values: { batchSize: 2 } }), kind: 'find-rate' }, io);
  const [sweep] = heard;
  assert.ok(sweep && sweep.phase === 'All' && sweep.points.length > 20);
  assert.ok(sweep.points.every(({ rate }, i) => i === 0 || rate > sweep.points[i - 1]!.rate));
  assert.ok(sweep.suggested !== null && sweep.suggested > 1e-5 && sweep.suggested < 1, String(sweep.suggested));
});
