// Answers against the reference standard: what counts as agreement, which mistakes come first, which pictures stand in a cell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agrees, isIn, outcomeOf, outcomes, saidClasses, wrongness } from './answers.ts';
import type { Prediction } from './answers.ts';

const classes = ['oedema', 'nodule, solid', 'clear'];
const prediction = (probabilities: readonly number[], references: readonly string[], className = ''): Prediction =>
  ({ prediction: { imageId: 'i', path: 'i.png', className, probabilities: [...probabilities], error: null }, reference: references.join(', '), references: [...references] });

test('with any number of classes every class likelier than not is said, also one with a comma in its name', () => {
  const one = prediction([0.7, 0.5, 0.2], ['nodule, solid', 'oedema']);
  const said = saidClasses(one, classes, true);
  assert.deepEqual(said, ['oedema', 'nodule, solid']);
  assert.ok(agrees(one, said));
  assert.ok(!agrees(prediction([], ['oedema']), said));
});

test('no class said and none given is agreement; one picture with one class has one answer', () => {
  assert.ok(agrees(prediction([0.1, 0.1, 0.1], []), saidClasses(prediction([0.1, 0.1, 0.1], []), classes, true)));
  assert.deepEqual(saidClasses(prediction([0.4, 0.3, 0.3], ['clear'], 'oedema'), classes, false), ['oedema']);
});

test('each class of a picture has exactly one outcome', () => {
  assert.deepEqual(classes.map((name) => outcomeOf(name, ['oedema', 'clear'], ['clear', 'nodule, solid'])), ['missed', 'extra', 'found']);
  assert.equal(outcomeOf('oedema', [], []), 'absent');
  for (const given of [[], ['clear']]) for (const said of [[], ['clear']]) assert.equal(outcomes.filter((outcome) => isIn({ kind: 'class', name: 'clear', outcome }, prediction([], given), said)).length, 1);
});

test('the surest mistake is what is said against the reference most loudly', () => {
  assert.equal(wrongness(prediction([0.9, 0.2, 0.3], ['clear'], 'oedema'), classes, false), 0.9);
  assert.equal(wrongness(prediction([0.6, 0.1, 0.05], ['oedema', 'clear']), classes, true), 0.95);
});

test('a cell of the confusion matrix holds the pictures of its row that the model put in its column', () => {
  const cell = { kind: 'pair', reference: 'oedema', said: 'clear' } as const;
  assert.ok(isIn(cell, prediction([], ['oedema'], 'clear'), ['clear']));
  assert.ok(!isIn(cell, prediction([], ['clear'], 'clear'), ['clear']));
});
