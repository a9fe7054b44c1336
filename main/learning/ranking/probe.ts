// A quick probe: a linear head fitted on cached features, judged on folds that it never saw.
import { applyHead } from '../heads/linear.ts';
import { fitHead } from '../fit.ts';
import { probabilitiesOf } from '../losses.ts';
import { plainRecipe } from '../strategies/strategy.ts';
import type { PooledFeatures } from './pooled-features.ts';

export interface ProbeOptions {
  readonly classes: number;
  /** Index of the class of each row. */
  readonly labels: readonly number[];
  /** Rows of one group are never on both sides. */
  readonly groups: readonly string[];
  readonly seed: number;
}

/** Probabilities of each held-out row by a head that was fitted on the others; its penalty is chosen on them, too. @param held rows of one fold */
export function probe(features: PooledFeatures, held: readonly number[], { classes, labels, groups, seed }: ProbeOptions): number[][] {
  const { columns } = features;
  const out = new Set(held), rest = labels.flatMap((_, i) => (out.has(i) ? [] : [i]));
  const recipe = { ...plainRecipe, phases: [] };
  const { head } = fitHead({ columns, features: rowsOf(features, rest), labels: rest.map((i) => [labels[i]!]), groups: rest.map((i) => groups[i]!) }, { kind: 'cross-entropy', classes, recipe, seed });
  const { data } = applyHead(head, rowsOf(features, held));
  return held.map((_, at) => probabilitiesOf('cross-entropy', data.subarray(at * classes, (at + 1) * classes)));
}

/** The rows named, [members, columns]. */
export function rowsOf({ columns, data }: Pick<PooledFeatures, 'columns' | 'data'>, members: readonly number[]): Float32Array {
  const rows = new Float32Array(members.length * columns);
  members.forEach((from, to) => rows.set(data.subarray(from * columns, (from + 1) * columns), to * columns));
  return rows;
}
