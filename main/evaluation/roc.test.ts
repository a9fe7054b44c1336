import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auc, rankedAuc, rocCurve } from './roc.ts';

const samples = fc.array(fc.record({ score: fc.integer({ min: -8, max: 8 }), positive: fc.boolean() }), { minLength: 2, maxLength: 40 })
  .filter((rows) => rows.some((row) => row.positive) && rows.some((row) => !row.positive));
const unzip = (rows: readonly { score: number; positive: boolean }[]) => [rows.map((row) => row.score), rows.map((row) => row.positive)] as const;
/** Wins and halves are exact; only the last division rounds. */
const close = (a: number | null, b: number) => ok(a !== null && Math.abs(a - b) < 1e-14, `${a} is not ${b}`);

test('the area is the share of ordered pairs that are right, ties counting one half', () => {
  fc.assert(fc.property(samples, (rows) => {
    let wins = 0, pairs = 0;
    for (const a of rows) for (const b of rows) if (a.positive && !b.positive) {
      pairs++;
      wins += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
    }
    close(auc(...unzip(rows)), wins / pairs);
  }));
});

test('reversed scores give one minus the area, and a growing function of them changes nothing', () => {
  fc.assert(fc.property(samples, (rows) => {
    const [scores, positive] = unzip(rows);
    close(auc(scores.map((s) => -s), positive), 1 - auc(scores, positive)!);
    equal(auc(scores.map((s) => Math.exp(s / 3)), positive), auc(scores, positive));
  }));
});

test('weights are counts of copies', () => {
  fc.assert(fc.property(samples, fc.integer({ min: 1, max: 99 }), (rows, salt) => {
    const [scores, positive] = unzip(rows);
    const weights = rows.map((_, i) => 1 + ((i * salt) % 3));
    const copies = rows.flatMap((row, i) => Array.from({ length: weights[i]! }, () => row));
    close(rankedAuc(scores, positive)(weights), auc(...unzip(copies))!);
  }));
});

test('the trapezoids under the curve sum to the area', () => {
  fc.assert(fc.property(samples, (rows) => {
    const [scores, positive] = unzip(rows);
    const points = rocCurve(scores, positive);
    let area = 0;
    for (let i = 1; i < points.length; i++) area += ((points[i - 1]!.specificity - points[i]!.specificity) * (points[i]!.sensitivity + points[i - 1]!.sensitivity)) / 2;
    ok(Math.abs(area - auc(scores, positive)!) < 1e-12);
  }));
});

test('without one of the two kinds there is no area and no curve', () => {
  equal(auc([1, 2], [true, true]), null);
  equal(auc([1, 2], [false, false]), null);
  equal(rocCurve([1, 2], [true, true]).length, 0);
});
