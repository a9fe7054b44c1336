import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { chooseNeighbours, neighbourhood, neighbourProbabilities } from './nearest.ts';

// Directions in the plane; class 0 near the x axis, class 1 near the y axis.
const at = (degrees: readonly number[], length = 1) => Float32Array.from(degrees.flatMap((d) => [length * Math.cos((d * Math.PI) / 180), length * Math.sin((d * Math.PI) / 180)]));
const space = neighbourhood(at([0, 5, 10, 80, 85, 90]), 2, [[0], [0], [0], [1], [1], [1]], 2);

test('the nearest directions vote, whatever their length', () => {
  // Three neighbours of 20 degrees: all class 0. Of 50 degrees: 80, 85 and 10. Prior one half of a vote.
  deepEqual(neighbourProbabilities(space, at([20, 50], 7), 3, true), [[3.5 / 4, 0.5 / 4], [1.5 / 4, 2.5 / 4]]);
});

test('a picture of the same group has no vote', () => {
  const groups = { ofRows: ['p', 'p', 'p', 'q', 'q', 'q'], ofQueries: ['p'] };
  deepEqual(neighbourProbabilities(space, at([0]), 5, true, groups), [[0.5 / 4, 3.5 / 4]]);
});

test('several classes of a neighbour each count', () => {
  const several = neighbourhood(at([0, 5, 10]), 2, [[0, 1], [0], []], 2);
  deepEqual(neighbourProbabilities(several, at([0]), 3, false), [[2.5 / 4, 1.5 / 4]]);
});

test('more neighbours are taken where labels are noisy', () => {
  // Sixty directions; every fourth label is wrong.
  const degrees = Array.from({ length: 60 }, (_, i) => (i < 30 ? i : 60 + i));
  const labels = degrees.map((_, i) => [(i < 30 ? 0 : 1) ^ (i % 4 === 0 ? 1 : 0)]);
  const noisy = neighbourhood(at(degrees), 2, labels, 2);
  equal(chooseNeighbours(noisy, true, degrees.map(String)), 11);
  ok([5, 11].includes(chooseNeighbours(space, true, ['1', '2', '3', '4', '5', '6'])));
});

test('a picture without any feature has no direction and breaks nothing', () => {
  deepEqual(neighbourProbabilities(space, new Float32Array(2), 3, true), [[3.5 / 4, 0.5 / 4]]);
});
