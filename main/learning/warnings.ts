// Doubts about a run that its numbers raise, in the words that a person sees.
import type { LossKind } from './losses.ts';

export interface Doubt {
  readonly key: string;
  readonly message: string;
}

/** Share above the loss of guessing that counts as higher: a step or two of noise is none. */
const margin = 1.02;

/** Loss of a model that gives all classes the same probability. */
function lossOfGuessing(kind: LossKind, classes: number): number {
  return kind === 'cross-entropy' ? Math.log(classes) : Math.LN2;
}

/** After warm-up a model should do better than guessing; a rate that is a hundred times too high does not. */
export function worseThanGuessing(kind: LossKind, classes: number, loss: number, learningRate: number): Doubt | null {
  const guessing = lossOfGuessing(kind, classes);
  if (loss <= guessing * margin) return null;
  return { key: 'training.above-guessing', message: `The training loss (${loss.toFixed(3)}) is above that of guessing (${guessing.toFixed(3)}) after warm-up: the learning rate of ${learningRate} is probably too high. Try a tenth of it.` };
}

/** @param labels of the partitions; one class per picture */
export function noBetterThanMajority(training: readonly (readonly number[])[], validation: readonly (readonly number[])[], accuracy: number, classes: readonly string[]): Doubt | null {
  const counts = classes.map((_, c) => training.filter((row) => row[0] === c).length);
  const commonest = counts.indexOf(Math.max(...counts));
  const majority = validation.filter((row) => row[0] === commonest).length / validation.length;
  if (accuracy > majority) return null;
  return { key: 'training.majority', message: `The validation accuracy of ${percent(accuracy)} is no better than always saying "${classes[commonest]}" (${percent(majority)}). The model has learned nothing useful yet.` };
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
