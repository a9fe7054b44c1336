// What is shown of a pretraining is what its run told last.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEventBody } from '#contract/run-events.ts';
import { firstLook } from './first-look.ts';

const dimension = 64, even = 1 / Math.sqrt(dimension);
const epoch = (n: number, deviation: number): RunEventBody => ({ type: 'pretraining', epoch: n, epochs: 3, loss: -0.8, deviation, collapsedBelow: 0.5 / Math.sqrt(dimension), seconds: 2, secondsLeft: 2 * (3 - n) });
const compared: RunEventBody = { type: 'pretrained', pictures: 40, seconds: 9, collapsed: false, plain: { loss: 0.5, accuracy: 0.8 }, pretrained: { loss: 0.4, accuracy: 0.85 } };

test('nothing is said before the first epoch, and the comparison only after the last', () => {
  assert.equal(firstLook([]), null);
  assert.equal(firstLook([epoch(1, 0.12)])?.compared, null);
  const look = firstLook([epoch(1, 0.12), epoch(2, 0.11), epoch(3, 0.1), compared]);
  assert.deepEqual([look?.epoch, look?.epochs, look?.secondsLeft, look?.deviation, look?.even], [3, 3, 0, 0.1, even]);
  assert.deepEqual(look?.compared, compared);
});

test('embeddings count as collapsed at half of what an even spread has, and where there is no number', () => {
  const collapsed = (deviation: number) => firstLook([epoch(1, deviation)])?.collapsed;
  assert.deepEqual([collapsed(even), collapsed(even / 2 + 1e-9), collapsed(even / 2), collapsed(0), collapsed(NaN)], [false, false, true, true, true]);
});

test('a resumed run looks again, and its old comparison no longer counts', () => {
  const again = firstLook([epoch(3, 0.1), compared, epoch(1, 0.09)]);
  assert.deepEqual([again?.epoch, again?.compared], [1, null]);
});
