import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseNeighbours, nearestRows, neighbourhood, vote } from './nearest.ts';

// Directions in the plane; class 0 near the x axis, class 1 near the y axis.
const at = (degrees: readonly number[], length = 1) => Float32Array.from(degrees.flatMap((d) => [length * Math.cos((d * Math.PI) / 180), length * Math.sin((d * Math.PI) / 180)]));
const space = neighbourhood(at([0, 5, 10, 80, 85, 90]), 2, [[0], [0], [0], [1], [1], [1]], 2);

test('the nearest directions vote, whatever their length', () => {
  const nearest = nearestRows(space, at([21, 49], 7), 3);
  deepEqual(nearest, [[2, 1, 0], [3, 4, 2]]);
  // A prior of one half of a vote for each class.
  deepEqual(nearest.map((rows) => vote(space, rows, 3, true)), [[3.5 / 4, 0.5 / 4], [1.5 / 4, 2.5 / 4]]);
  deepEqual(vote(space, nearest[1]!, 1, true), [0.5 / 2, 1.5 / 2]);
});

test('neighbours are those of a full sort', () => {
  const degree = fc.integer({ min: 0, max: 359 });
  fc.assert(fc.property(fc.uniqueArray(degree, { minLength: 1, maxLength: 30 }), degree, fc.integer({ min: 1, max: 12 }), (degrees, query, count) => {
    const away = (d: number) => Math.min(Math.abs(d - query), 360 - Math.abs(d - query));
    const found = nearestRows(neighbourhood(at(degrees), 2, degrees.map(() => [0]), 1), at([query]), count)[0]!;
    // Two directions equally far on either side may come in any order.
    deepEqual(found.map((row) => away(degrees[row]!)), degrees.map(away).sort((a, b) => a - b).slice(0, count));
  }));
});

test('a picture of the same group has no vote', () => {
  const groups = { ofRows: ['p', 'p', 'p', 'q', 'q', 'q'], ofQueries: ['p'] };
  deepEqual(nearestRows(space, at([0]), 5, groups), [[3, 4, 5]]);
});

test('several classes of a neighbour each count', () => {
  const several = neighbourhood(at([0, 5, 10]), 2, [[0, 1], [0], []], 2);
  deepEqual(vote(several, [0, 1, 2], 3, false), [2.5 / 4, 1.5 / 4]);
});

test('more neighbours are taken where labels are noisy, fewer where a class is small', () => {
  // Sixty directions; every fourth label is wrong.
  const degrees = Array.from({ length: 60 }, (_, i) => (i < 30 ? i : 60 + i));
  const choose = (degrees: readonly number[], labels: readonly number[][]) => {
    const own = neighbourhood(at(degrees), 2, labels, 2);
    const names = degrees.map(String);
    return chooseNeighbours(own, nearestRows(own, at(degrees), 11, { ofRows: names, ofQueries: names }), true);
  };
  equal(choose(degrees, degrees.map((_, i) => [(i < 30 ? 0 : 1) ^ (i % 4 === 0 ? 1 : 0)])), 11);
  equal(choose([0, 1, 2, 3, 4, 5, 84, 85, 86, 87, 88, 89], Array.from({ length: 12 }, (_, i) => [i < 6 ? 0 : 1])), 5);
});

test('a picture without any feature has no direction and breaks nothing', () => {
  deepEqual(nearestRows(space, new Float32Array(2), 3), [[0, 1, 2]]);
});
