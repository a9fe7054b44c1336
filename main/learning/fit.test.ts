import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../random.ts';
import { fitHead } from './fit.ts';
import type { FeatureRows } from './fit.ts';
import { applyHead } from './heads/linear.ts';
import { shareRight } from './losses.ts';
import { strategy } from './strategies/index.ts';

const columns = 30;
const options = { kind: 'cross-entropy', classes: 3, recipe: strategy('feature-extraction').recipe({}, 4), seed: 1 } as const;

/** Class means a little apart in noise. */
function rowsOf(count: number, seed: number): FeatureRows {
  const random = stream(seed, 'rows');
  const labels = Array.from({ length: count }, (_, i) => [i % 3]);
  const features = Float32Array.from({ length: count * columns }, (_, k) => 5 + random.normal(k) + (k % columns === Math.floor(k / columns) % 3 ? 3.5 : 0));
  return { columns, features, labels, groups: labels.map((_, i) => `s${i}`) };
}

test('a head finds what tells classes apart, on rows that it has not seen', () => {
  const { head } = fitHead(rowsOf(90, 1), options);
  const unseen = rowsOf(300, 2);
  // Unit normals 3.5 * sqrt(2) apart overlap by 0.7 % per pair of classes; estimating from 90 rows in 30 dimensions costs some more.
  ok(shareRight('cross-entropy', applyHead(head, unseen.features), unseen.labels) > 0.9);
});

test('a given penalty is used as it is, and a stronger one makes smaller weights', () => {
  const norm = (penalty: number) => {
    const fitted = fitHead(rowsOf(60, 1), { ...options, recipe: strategy('feature-extraction').recipe({ penalty }, 4) });
    equal(fitted.penalty, penalty);
    return fitted.head.weight.reduce((sum, w) => sum + w * w, 0);
  };
  ok(norm(10) < norm(0.1) / 4);
});

test('one picture per class, or one group in all, still gives a head', () => {
  for (const rows of [rowsOf(3, 1), { ...rowsOf(12, 1), groups: Array<string>(12).fill('one') }]) {
    const { head } = fitHead(rows, options);
    ok(head.weight.every(Number.isFinite) && head.bias.every(Number.isFinite));
    equal(shareRight('cross-entropy', applyHead(head, rows.features), rows.labels), 1);
  }
});

test('several classes per picture are fitted each by itself', () => {
  const single = rowsOf(90, 1);
  // Class 2 goes with class 0.
  const labels = single.labels.map(([c]) => (c === 0 ? [0, 2] : [c!]));
  const { head } = fitHead({ ...single, labels }, { ...options, kind: 'binary-cross-entropy' });
  ok(shareRight('binary-cross-entropy', applyHead(head, single.features), labels) > 0.9);
});

test('balanced weights lift a rare class', () => {
  const all = rowsOf(120, 3);
  const keep = all.labels.flatMap(([c], i) => (c !== 2 || i % 5 === 0 ? [i] : []));
  const rare: FeatureRows = { columns, features: Float32Array.from(keep.flatMap((i) => Array.from(all.features.subarray(i * columns, (i + 1) * columns)))), labels: keep.map((i) => all.labels[i]!), groups: keep.map(String) };
  const found = (classWeights: string) => {
    const { head } = fitHead(rare, { ...options, recipe: strategy('feature-extraction').recipe({ classWeights, penalty: 1 }, 4) });
    const unseen = rowsOf(300, 4);
    const { data } = applyHead(head, unseen.features);
    return unseen.labels.filter(([c], i) => c === 2 && data[i * 3 + 2]! > Math.max(data[i * 3]!, data[i * 3 + 1]!)).length;
  };
  ok(found('balanced') > found('none') + 5, `${found('balanced')} ${found('none')}`);
});
