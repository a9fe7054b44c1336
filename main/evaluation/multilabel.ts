// How good a multilabel model is: each class is present or absent by itself, called present from a probability of one half.
import { confusionMatrix, f1, meanOfDefined, outcomes, precision, sensitivity, specificity } from './confusion.ts';
import type { Outcomes } from './confusion.ts';
import { doubts, noClass } from './doubts.ts';
import { checkRows, defaultReplicates } from './evaluate.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { withIntervals } from './measures.ts';
import type { Measures, Statistics } from './measures.ts';
import { binaryLogLosses, weightedMean } from './probability-scores.ts';
import { rankedAuc } from './roc.ts';

export interface EvaluateMultilabelOptions extends Omit<EvaluateOptions, 'references'> {
  /** Indices of the classes that each picture has. */
  readonly references: readonly (readonly number[])[];
}

/**
 * Measures a multilabel model. Accuracy is the share of right answers over all pictures and classes (as MedMNIST counts it), balanced accuracy the mean of
 * sensitivity and specificity, averaged over classes. `confusion` has one row per class: true negatives, false positives, false negatives, true positives.
 * `majority` always says the commonest class alone, or no class where that is right more often. Throws `refused` without pictures.
 */
export function evaluateMultilabel({ classes, probabilities, references, subjects, majorityClass, seed, replicates = defaultReplicates }: EvaluateMultilabelOptions): Measures {
  checkRows(classes.length, probabilities, references.length, subjects.length);
  const perClass = classes.map((_, c) => {
    const present = references.map((row) => row.includes(c));
    const scores = probabilities.map((row) => row[c]!);
    return { reference: present.map(Number), predicted: scores.map((p) => Number(p >= 0.5)), area: rankedAuc(scores, present), support: present.filter(Boolean).length };
  });
  const losses = binaryLogLosses(probabilities, references);
  const outcomesOf = (weights?: Float64Array): Outcomes[] => perClass.map(({ reference, predicted }) => outcomes(confusionMatrix(reference, predicted, 2, weights), 1));

  const statistics = (weights?: Float64Array): Statistics => {
    const all = outcomesOf(weights);
    const rows = all.map((of, c) => ({ sensitivity: sensitivity(of), specificity: specificity(of), precision: precision(of), f1: f1(of), auc: perClass[c]!.area(weights) }));
    return {
      accuracy: meanOfDefined(all.map(shareRight)),
      balancedAccuracy: meanOfDefined(rows.map((row) => (row.sensitivity === null || row.specificity === null ? null : (row.sensitivity + row.specificity) / 2))),
      auc: meanOfDefined(rows.map((row) => row.auc)),
      logLoss: weightedMean(losses, weights),
      perClass: rows,
    };
  };

  const support = perClass.map((one) => one.support);
  const measured = withIntervals(statistics, classes, support, { subjects, seed, replicates });
  const answers = classes.length * references.length;
  const saysNone = 1 - support.reduce((a, b) => a + b, 0) / answers;
  const saysMajority = saysNone + (2 * support[majorityClass]! - references.length) / answers;
  const majority = saysMajority > saysNone ? { className: classes[majorityClass]!, accuracy: saysMajority } : { className: noClass, accuracy: saysNone };
  const confusion = outcomesOf().map((of) => [of.trueNegative, of.falsePositive, of.falseNegative, of.truePositive]);
  return { ...measured, majority, confusion, classes: [...classes], warnings: doubts(measured, majority) };
}

function shareRight({ truePositive, falsePositive, falseNegative, trueNegative }: Outcomes): number | null {
  const total = truePositive + falsePositive + falseNegative + trueNegative;
  return total > 0 ? (truePositive + trueNegative) / total : null;
}
