// What the parent's classes say about the new ones, from the parent's answers to the training pictures.
import { probabilitiesOf } from '../losses.ts';

/** Counts as so much of a picture without any class, so that a class of the parent that a single picture shows does not decide for it. */
const prior = 0.05;

/**
 * p(y_s | y_t): the mean answer of the parent to the pictures of each new class (You et al. 2020).
 * @param answers [pictures, parent's classes], probabilities
 * @returns one row per new class; of a class without pictures the mean of all
 */
export function relation(answers: readonly (readonly number[])[], labels: readonly number[], classes: number): number[][] {
  const mean = (rows: readonly (readonly number[])[]) => (rows[0] ?? []).map((_, s) => rows.reduce((sum, row) => sum + row[s]!, 0) / rows.length);
  return Array.from({ length: classes }, (_, c) => {
    const own = answers.filter((_row, i) => labels[i] === c);
    return mean(own.length > 0 ? own : answers);
  });
}

/**
 * The temperature at which the parent's answers tell the new classes best, among powers of the square root of two from 1/4 to 8: the mean of log p(y_t | x) = log sum_s p(y_t | y_s) p(y_s | x)
 * with p(y_t | y_s) counted on all pictures but the one in question.
 * The paper fits it on validation pictures of the pretrained task, which are not at hand; what it is for, answers that are neither too sure nor too vague, is judged on the new ones.
 * @param logits [pictures, parent's classes]
 */
export function calibrated(logits: readonly (readonly number[])[], labels: readonly number[], classes: number): { readonly temperature: number; readonly score: number } {
  const tried = Array.from({ length: 11 }, (_, i) => 2 ** (i / 2 - 2)).map((temperature) => {
    const answers = logits.map((row) => probabilitiesOf('cross-entropy', row.map((z) => z / temperature)));
    return { temperature, score: leftOutScore(answers, labels, classes) };
  });
  return tried.reduce((best, one) => (one.score > best.score ? one : best));
}

/** Mean log-likelihood of the labels, each picture left out of the counts that judge it. */
export function leftOutScore(answers: readonly (readonly number[])[], labels: readonly number[], classes: number): number {
  const width = answers[0]?.length ?? 0;
  const joint = Array.from({ length: classes }, () => new Float64Array(width)), all = new Float64Array(width);
  answers.forEach((row, i) => row.forEach((p, s) => {
    joint[labels[i]!]![s] = joint[labels[i]!]![s]! + p;
    all[s] = all[s]! + p;
  }));
  return answers.reduce((total, row, i) => total + Math.log(row.reduce((sum, p, s) => sum + (p * (joint[labels[i]!]![s]! - p + prior / classes)) / (all[s]! - p + prior), 0)), 0) / answers.length;
}
