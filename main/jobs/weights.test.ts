// Pictures and weights brought together: how many channels a network is given.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageRow } from '../db/testing/rows.ts';
import { variant } from '../nets/index.ts';
import { fitChannels } from './weights.ts';

const { preprocessing } = variant('resnet18');
const pictures = (...channels: number[]) => channels.map((count, i) => ({ image: imageRow(String(i), { channels: count }) }));

test('pictures that are all grey are given as one channel, normalised by the mean of the colours', () => {
  const { channels, mean, std, size } = fitChannels(preprocessing, pictures(1, 1));
  assert.deepEqual([channels, mean.length, std.length, size], [1, 1, 1, preprocessing.size]);
  // ImageNet's means are .485, .456, .406.
  assert.ok(Math.abs((mean[0] ?? 0) - 0.449) < 1e-9);
});

test('one picture in colour keeps all in colour, and no picture changes nothing', () => {
  assert.equal(fitChannels(preprocessing, pictures(1, 3, 1)), preprocessing);
  assert.equal(fitChannels(preprocessing, []), preprocessing);
});
