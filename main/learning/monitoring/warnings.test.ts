import { equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { noBetterThanMajority, overfitting, vanishing, worseThanGuessing } from './warnings.ts';

test('a loss above ln(classes) is doubted, with the rate to lower', () => {
  equal(worseThanGuessing('cross-entropy', 4, 1.38, 0.1), null);
  ok(worseThanGuessing('cross-entropy', 4, 1.5, 0.1)!.message.includes('of guessing (1.386)'));
  equal(worseThanGuessing('binary-cross-entropy', 4, 0.7, 0.1), null);
  ok(worseThanGuessing('binary-cross-entropy', 4, 0.72, 0.1));
});

test('always saying the commonest class of the training pictures is the least to beat', () => {
  const training = [[0], [1], [1]], validation = [[1], [1], [0], [0], [0]];
  equal(noBetterThanMajority(training, validation, 0.41, ['a', 'b']), null);
  ok(noBetterThanMajority(training, validation, 0.4, ['a', 'b'])!.message.includes('always saying "b" (40.0 %)'));
});

test('validation that gets worse over three epochs while training gets better is called overfitting, with the gap', () => {
  const epoch = (train: number, validation: number) => ({ train: { loss: train, accuracy: 0.99 }, validation: { loss: validation, accuracy: 0.85 } });
  const found = overfitting([epoch(0.5, 0.4), epoch(0.3, 0.45), epoch(0.2, 0.5)]);
  match(found!.message, /99\.0 % on training, 85\.0 % on validation/);
  equal(found!.params['gap'], '14.0');
  equal(overfitting([epoch(0.5, 0.4), epoch(0.3, 0.45)]), null, 'two epochs may be noise');
  equal(overfitting([epoch(0.5, 0.4), epoch(0.3, 0.38), epoch(0.2, 0.41)]), null, 'a dip between is no rise');
  equal(overfitting([epoch(0.5, 0.4), epoch(0.55, 0.45), epoch(0.6, 0.5)]), null, 'both get worse: that is something else');
});

test('a gradient of less than a thousandth at the first trained stage, beside the last one before the head, is said to vanish', () => {
  const stages = ['stem', 'middle', 'late', 'head'];
  equal(vanishing([null, 0.002, 1, 1], stages), null);
  match(vanishing([null, 0.0009, 1, 1], stages)!.message, /that of middle is less than a thousandth of that of late/);
  equal(vanishing([null, 1e-6, 1e-5, 1], stages), null, 'a head that starts at zero holds all of them back');
  equal(vanishing([null, null, 1e-6, 1], stages), null, 'one stage has nothing to compare with');
  equal(vanishing([0, null, 0, 0], stages), null, 'where nothing moves, nothing vanishes on the way');
});
