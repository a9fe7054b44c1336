// How far apart the pictures of two sites lie to a network: a linear rule that learns to tell them apart, and a two-sample test.
import type { SiteDistance } from '#contract/sites.ts';
import { aDistance, argmax, twoSampleTest } from '../../evaluation/index.ts';
import { stream } from '../../random.ts';
import { makeSplit } from '../../splits/index.ts';
import { probe, rowsOf } from '../ranking/index.ts';
import type { PooledFeatures } from '../ranking/index.ts';

const folds = 5;
const permutations = 999;
/** Of each side in the two-sample test, whose time grows with the square. */
const mostRows = 400;

/**
 * The rule is a logistic regression on pooled features, judged on groups that it never saw. Null where one side has fewer than two groups.
 * @param isSite of each row, whether it is of the site; the others are what it is held against
 */
export function siteDistance(features: PooledFeatures, isSite: readonly boolean[], groups: readonly string[], seed: number): SiteDistance | null {
  const labels = isSite.map((own) => (own ? 1 : 0));
  const groupsOf = (side: number) => new Set(groups.filter((_, i) => labels[i] === side)).size;
  const count = Math.min(folds, groupsOf(0), groupsOf(1));
  if (count < 2) return null;
  // Each site is divided by itself, so that every fold has pictures of both.
  const foldOf = new Array<number>(labels.length).fill(0);
  for (const side of [0, 1]) {
    const own = labels.flatMap((label, i) => (label === side ? [i] : []));
    const { fold } = makeSplit(own.map((i) => ({ id: String(i), classIndex: null, group: groups[i]!, declared: null })), { validation: 0, test: 0, folds: count, seed });
    for (const i of own) foldOf[i] = fold.get(String(i))!;
  }
  const right = [0, 0], counts = [0, 0];
  for (let fold = 0; fold < count; fold++) {
    const held = labels.flatMap((_, i) => (foldOf[i] === fold ? [i] : []));
    probe(features, held, { classes: 2, labels, groups, seed }).forEach((row, at) => {
      const label = labels[held[at]!]!;
      counts[label] = counts[label]! + 1;
      if (argmax(row) === label) right[label] = right[label]! + 1;
    });
  }
  const accuracy = (right[0]! / counts[0]! + right[1]! / counts[1]!) / 2;
  const mixed = Array.from(stream(seed, 'two-sample/rows').permutation(0, labels.length));
  const [own, others] = [1, 0].map((side) => mixed.filter((i) => labels[i] === side).slice(0, mostRows)) as [number[], number[]]; // two in, two out
  const tested = [...own, ...others], { columns } = features;
  const { mmd2, p } = twoSampleTest({ rows: tested.length, columns, data: rowsOf(features, tested) }, own.length, { permutations, seed, groups: tested.map((i) => groups[i]!) });
  return { n: counts[1]!, others: counts[0]!, accuracy, aDistance: aDistance(1 - accuracy), mmd2, p };
}
