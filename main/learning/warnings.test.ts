import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { noBetterThanMajority, worseThanGuessing } from './warnings.ts';

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
