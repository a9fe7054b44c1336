// What a model said of a picture against what the reference standard says: pure, for projects with one class per picture and with any number.
import type { Result } from '#contract/api.ts';

export type Prediction = Result<'model.predictions'>[number];

/** Of one class: there and said, there and not said, said and not there, neither. */
export const outcomes = ['found', 'missed', 'extra', 'absent'] as const;
export type Outcome = (typeof outcomes)[number];

/** A cell of the table of agreement that a person picked: of one class against another, or of one class by itself. */
export type Cell = { readonly kind: 'pair'; readonly reference: string; readonly said: string } | { readonly kind: 'class'; readonly name: string; readonly outcome: Outcome };

/** Where a picture may have any number of classes, all that are likelier than not; else the likeliest. */
export function saidClasses({ prediction: { probabilities, className } }: Prediction, classes: readonly string[], several: boolean): readonly string[] {
  return several ? classes.filter((_, index) => (probabilities[index] ?? 0) >= 0.5) : className === '' ? [] : [className];
}

export function outcomeOf(name: string, given: readonly string[], said: readonly string[]): Outcome {
  return given.includes(name) ? (said.includes(name) ? 'found' : 'missed') : said.includes(name) ? 'extra' : 'absent';
}

/** Whether the model says what the reference standard says, no class more and none less. */
export function agrees({ references }: Prediction, said: readonly string[]): boolean {
  return references.length === said.length && references.every((name) => said.includes(name));
}

/** How sure the model is of its greatest mistake about a picture: the probability of a class that is not there, or what is missing to 1 for one that is. */
export function wrongness({ prediction: { probabilities }, references }: Prediction, classes: readonly string[], several: boolean): number {
  if (!several) return Math.max(0, ...probabilities);
  return Math.max(0, ...classes.map((name, index) => (references.includes(name) ? 1 - (probabilities[index] ?? 0) : probabilities[index] ?? 0)));
}

export function isIn(cell: Cell, prediction: Prediction, said: readonly string[]): boolean {
  if (cell.kind === 'class') return outcomeOf(cell.name, prediction.references, said) === cell.outcome;
  return prediction.references[0] === cell.reference && said[0] === cell.said;
}
