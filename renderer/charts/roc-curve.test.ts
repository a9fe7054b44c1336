// The drawn curve encloses the area that counting pairs gives (Mann and Whitney 1947), ties as halves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rocCurve } from './roc-curve.ts';

const area = (points: ReturnType<typeof rocCurve>) => points.slice(1).reduce((sum, point, index) => {
  const before = points[index]!;
  return sum + (point.falsePositives - before.falsePositives) * (point.truePositives + before.truePositives) / 2;
}, 0);

test('the area under the curve is the share of pairs in the right order', () => {
  fc.assert(fc.property(fc.array(fc.record({ score: fc.integer({ min: 0, max: 6 }), positive: fc.boolean() }), { minLength: 2, maxLength: 40 }), (pictures) => {
    const points = rocCurve(pictures.map(({ score }) => score), pictures.map(({ positive }) => positive));
    const yes = pictures.filter(({ positive }) => positive), no = pictures.filter(({ positive }) => !positive);
    if (yes.length === 0 || no.length === 0) return assert.deepEqual(points, []);
    const pairs = yes.flatMap((a) => no.map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)));
    const expected = pairs.reduce<number>((a, b) => a + b, 0) / pairs.length;
    assert.ok(Math.abs(area(points) - expected) < 1e-9); // sums of at most 400 products of shares
  }));
});

test('the curve goes from corner to corner and never back', () => {
  const points = rocCurve([0.9, 0.8, 0.8, 0.1], [true, false, true, false]);
  assert.deepEqual(points, [{ falsePositives: 0, truePositives: 0 }, { falsePositives: 0, truePositives: 0.5 }, { falsePositives: 0.5, truePositives: 1 }, { falsePositives: 1, truePositives: 1 }]);
});
