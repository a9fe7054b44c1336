// Doubts about a run that its numbers raise, in the words that a person sees.
import type { ErrorParams } from '#contract/errors.ts';
import type { Scores } from '../checkpoint.ts';
import type { LossKind } from '../losses.ts';

export interface Doubt {
  readonly key: string;
  /** For saying it in another language. */
  readonly params: ErrorParams;
  readonly message: string;
}

/** Share above the loss of guessing that counts as higher: a step or two of noise is none. */
const margin = 1.02;

/** Loss of a model that gives all classes the same probability, smoothed targets or not. */
function lossOfGuessing(kind: LossKind, classes: number): number {
  return kind === 'cross-entropy' ? Math.log(classes) : Math.LN2;
}

/** After warm-up a model should do better than guessing; a rate that is a hundred times too high does not. */
export function worseThanGuessing(kind: LossKind, classes: number, loss: number, rate: number): Doubt | null {
  const guessing = lossOfGuessing(kind, classes);
  if (loss <= guessing * margin) return null;
  return { key: 'training.above-guessing', params: { loss: loss.toFixed(3), guessing: guessing.toFixed(3), rate }, message: `The training loss (${loss.toFixed(3)}) is above that of guessing (${guessing.toFixed(3)}) after warm-up: the learning rate of ${rate} is probably too high. Try a tenth of it.` };
}

/** @param kept whether an earlier epoch is there to keep */
export function diverged(epoch: number, rate: number, kept: boolean): Doubt {
  return { key: kept ? 'training.diverged-kept' : 'training.diverged', params: { epoch, rate }, message: `The loss is no longer a number in epoch ${epoch}: the training has diverged. ${kept ? 'The best epoch before that is kept. ' : ''}Start again with a lower learning rate than ${rate}, a tenth of it for a start, or set a gradient limit.` };
}

/** Below this share of the last stage's gradient, next to nothing reaches the first trained one. */
const faint = 1e-3;

/**
 * Compares the stages before the head: a head that starts at zero lets little through to any of them at first, which is no fault of the way.
 * @param gradients mean norm per stage, null where frozen
 */
export function vanishing(gradients: readonly (number | null)[], stages: readonly string[]): Doubt | null {
  const backbone = gradients.slice(0, -1);
  const first = backbone.findIndex((norm) => norm !== null), last = backbone.findLastIndex((norm) => norm !== null);
  if (first < 0 || first === last || gradients[first]! >= faint * gradients[last]!) return null;
  const [from = '', to = ''] = [stages[first], stages[last]];
  return { key: 'training.vanishing', params: { first: from, last: to }, message: `The gradient vanishes on its way: that of ${from} is less than a thousandth of that of ${to}, so the early stages hardly learn. A network with skips or batch norms, or a later stage to begin with, helps.` };
}

/** Epochs over which validation has to get worse while training gets better. */
const span = 3;

/** @param epochs of one phase, in order; told where the last of them first shows it */
export function overfitting(epochs: readonly { readonly train: Scores; readonly validation: Scores }[]): Doubt | null {
  const [a, b, c] = epochs.slice(-span);
  if (!a || !b || !c || !(c.validation.loss > a.validation.loss * margin && b.validation.loss >= a.validation.loss && c.train.loss < a.train.loss)) return null;
  if (c.train.dice !== undefined && c.validation.dice !== undefined) {
    const [training, validation] = [c.train.dice.toFixed(3), c.validation.dice.toFixed(3)];
    return { key: 'training.overfitting-masks', params: { training, validation }, message: `The model overfits: over ${span} epochs the validation loss rises while the training loss falls (Dice ${training} on training, ${validation} on validation pictures). The best epoch is kept. More pictures, augmentation, or fewer trained stages help.` };
  }
  const gap = c.train.accuracy - c.validation.accuracy;
  return { key: 'training.overfitting', params: { training: percent(c.train.accuracy), validation: percent(c.validation.accuracy), gap: (gap * 100).toFixed(1) }, message: `The model overfits: over ${span} epochs the validation loss rises while the training loss falls (accuracy ${percent(c.train.accuracy)} on training, ${percent(c.validation.accuracy)} on validation pictures). The best epoch is kept. More pictures, augmentation, dropout or fewer trained stages help.` };
}

/** @param model with which the run began */
export function parentGone(model: string): Doubt {
  return { key: 'parent.gone', params: { model }, message: `The pictures of ${model} are no longer there, so what the new model forgets of them cannot be seen. Put its project back where it was to see it.` };
}

/** The time limit of a run was reached. */
export function outOfTime(minutes: number, epoch: number): Doubt {
  return { key: 'training.time-limit', params: { minutes, epoch }, message: `The time limit of ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} is reached in epoch ${epoch}. The best epoch so far is kept.` };
}

/** @param labels of the partitions; one class per picture */
export function noBetterThanMajority(training: readonly (readonly number[])[], validation: readonly (readonly number[])[], accuracy: number, classes: readonly string[]): Doubt | null {
  const counts = classes.map((_, c) => training.filter((row) => row[0] === c).length);
  const commonest = counts.indexOf(Math.max(...counts));
  const majority = validation.filter((row) => row[0] === commonest).length / validation.length;
  if (accuracy > majority) return null;
  return { key: 'training.majority', params: { accuracy: percent(accuracy), majority: percent(majority), class: classes[commonest] ?? '' }, message: `The validation accuracy of ${percent(accuracy)} is no better than always saying "${classes[commonest]}" (${percent(majority)}). The model has learned nothing useful yet.` };
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
