// Heads that are fitted at once on features of the frozen backbone: a linear one, or the nearest neighbours.
import { makeSplit } from '../splits/index.ts';
import { fitLogistic, fitting, standardise } from './heads/linear.ts';
import type { LinearHead, LogisticProblem } from './heads/linear.ts';
import { targetOptions, targetsOf } from './losses.ts';
import type { LossKind } from './losses.ts';
import { choosePenalty } from './heads/penalty.ts';
import type { Recipe } from './strategies/index.ts';

/** Training pictures as the head sees them; a picture may have several rows, one per view. */
export interface FeatureRows {
  readonly columns: number;
  /** [rows, columns] */
  readonly features: Float32Array;
  readonly labels: readonly (readonly number[])[];
  /** Rows of one group stay on one side of a cross-validation. */
  readonly groups: readonly string[];
}

export interface FittedHead {
  readonly head: LinearHead;
  readonly penalty: number;
}

const folds = 5;
/** Above this many rows three folds choose as well as five, in little more than half the time. */
const manyRows = 800;
/** Where there are too few groups to choose on: in the middle of what is chosen on small sets. */
const fallbackPenalty = 0.1;

export function fitHead(rows: FeatureRows, { kind, classes, recipe, seed }: { readonly kind: LossKind; readonly classes: number; readonly recipe: Recipe; readonly seed: number }): FittedHead {
  const { features, columns, labels } = rows;
  const targets = targetsOf(labels, targetOptions(kind, classes, recipe, labels));
  const { x, head } = fitting(standardise({ rows: labels.length, columns, data: features }));
  const problem = { x, kind, targets };
  const penalty = recipe.penalty ?? choose(problem, rows, seed);
  return { head: head(fitLogistic(problem, { penalty }), classes), penalty };
}

/** By cross-validation, where there are groups to hold out. */
function choose(problem: LogisticProblem, { labels, groups }: FeatureRows, seed: number): number {
  const count = Math.min(labels.length > manyRows ? 3 : folds, new Set(groups).size);
  if (count < 2) return fallbackPenalty;
  const { fold } = makeSplit(labels.map((row, i) => ({ id: String(i), classIndex: row[0] ?? null, group: groups[i]!, declared: null })), { validation: 0, test: 0, folds: count, seed });
  const foldOf = labels.map((_, i) => fold.get(String(i))!);
  // With one picture per class a stratified division has nothing to divide.
  return new Set(foldOf).size < 2 ? fallbackPenalty : choosePenalty(problem, foldOf, count).penalty;
}
