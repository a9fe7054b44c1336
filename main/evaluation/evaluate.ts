// How good a classifier is on pictures whose class is known: every measure of an evaluation, with intervals and doubts.
import { StudioError } from '#contract/errors.ts';
import { accuracy, balancedAccuracy, confusionMatrix, f1, meanOfDefined, outcomes, precision, sensitivity, specificity } from './confusion.ts';
import { doubts } from './doubts.ts';
import { withIntervals } from './measures.ts';
import type { Measures, Statistics } from './measures.ts';
import { logLosses, weightedMean } from './probability-scores.ts';
import { rankedAuc } from './roc.ts';

export interface EvaluateOptions {
  readonly classes: readonly string[];
  /** One row per picture, one column per class, rows sum to 1. */
  readonly probabilities: readonly (readonly number[])[];
  /** Index of each picture's class by the reference standard. */
  readonly references: readonly number[];
  /** Subject of each picture; null = not known, the picture counts as a subject of its own. */
  readonly subjects: readonly (string | null)[];
  /** Index of the commonest class of the training partition. */
  readonly majorityClass: number;
  readonly seed: number;
  readonly replicates?: number;
}

export const defaultReplicates = 2000;

/** Measures a classifier; the class with the highest probability is the predicted one, the first of several. Throws `refused` without pictures. */
export function evaluate({ classes, probabilities, references, subjects, majorityClass, seed, replicates = defaultReplicates }: EvaluateOptions): Measures {
  checkRows(classes.length, probabilities, references.length, subjects.length);
  const predicted = probabilities.map(argmax);
  const losses = logLosses(probabilities, references);
  const areas = classes.map((_, c) => rankedAuc(probabilities.map((row) => row[c]!), references.map((reference) => reference === c)));

  const statistics = (weights?: Float64Array): Statistics => {
    const confusion = confusionMatrix(references, predicted, classes.length, weights);
    const perClass = areas.map((area, c) => {
      const of = outcomes(confusion, c);
      return { sensitivity: sensitivity(of), specificity: specificity(of), precision: precision(of), f1: f1(of), auc: area(weights) };
    });
    return {
      accuracy: accuracy(confusion), balancedAccuracy: balancedAccuracy(confusion), auc: meanOfDefined(perClass.map((one) => one.auc)),
      logLoss: weightedMean(losses, weights), perClass,
    };
  };

  const support = classes.map((_, c) => references.filter((reference) => reference === c).length);
  const measured = withIntervals(statistics, classes, support, { subjects, seed, replicates });
  const majority = { className: classes[majorityClass]!, accuracy: support[majorityClass]! / references.length };
  const { counts } = confusionMatrix(references, predicted, classes.length);
  const confusion = classes.map((_, row) => Array.from(counts.subarray(row * classes.length, (row + 1) * classes.length)));
  return { ...measured, majority, confusion, classes: [...classes], warnings: doubts(measured, majority) };
}

/** Index of the largest number, the first of several. */
export function argmax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}

/** Throws `refused` without pictures, and a fault when the lists do not fit together. */
export function checkRows(classes: number, probabilities: readonly (readonly number[])[], references: number, subjects: number): void {
  if (probabilities.length === 0) throw new StudioError('refused', 'evaluation.empty', {}, 'There is no labelled picture in this partition. Label some, or make a split that gives it some.');
  if (references !== probabilities.length || subjects !== probabilities.length) throw new Error(`${probabilities.length} predictions, ${references} references, ${subjects} subjects`);
  if (probabilities.some((row) => row.length !== classes || !row.every(Number.isFinite))) throw new Error(`a row of probabilities is not ${classes} finite numbers`);
}
