// Targets of a loss, and the same losses in plain arithmetic for validation and checks.
import type { LossTerm } from '../engines/loss-terms.ts';
import type { NodeId } from '../nets/graph.ts';
import type { Tensor } from '../tensor.ts';

/** One class per picture, or any number of them. */
export type LossKind = 'cross-entropy' | 'binary-cross-entropy';

/** Key of the only target in a batch. */
export const TARGET = 'target';

export function lossOf(kind: LossKind, logits: NodeId): readonly LossTerm[] {
  return [{ kind, logits, target: TARGET, coefficient: 1 }];
}

export interface Targets {
  /** [n, classes]; for cross-entropy rows sum to 1. */
  readonly target: Tensor;
  /** One per picture; none = all 1. */
  readonly weight?: Float32Array;
}

export interface TargetOptions {
  readonly kind: LossKind;
  readonly classes: number;
  /** 0..1: share of the target that is spread evenly. */
  readonly labelSmoothing?: number;
  /** Weight of each class; cross-entropy only. */
  readonly classWeights?: readonly number[];
}

/**
 * Targets and weights of pictures from their classes.
 * Cross-entropy with class weights and smoothing is PyTorch's up to one factor per batch: a row's weighted target is split into a row that sums to 1 and the row's
 * weight, and the loss is divided by the sum of those weights, where PyTorch divides by the sum of the classes' weights. The two are equal unless both options are used at once.
 */
export function targetsOf(labels: readonly (readonly number[])[], { kind, classes, labelSmoothing = 0, classWeights }: TargetOptions): Targets {
  const data = new Float32Array(labels.length * classes);
  const target: Tensor = { shape: [labels.length, classes], data };
  if (kind === 'binary-cross-entropy') {
    data.fill(labelSmoothing / 2);
    labels.forEach((row, i) => row.forEach((c) => { data[i * classes + c] = 1 - labelSmoothing / 2; }));
    return { target };
  }
  const weight = new Float32Array(labels.length);
  labels.forEach((row, i) => {
    const label = row[0];
    if (label === undefined || row.length > 1) throw new Error(`picture ${i} has ${row.length} classes`);
    const wanted = Array.from({ length: classes }, (_, c) => (classWeights?.[c] ?? 1) * ((c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes));
    const sum = wanted.reduce((a, b) => a + b, 0);
    wanted.forEach((value, c) => { data[i * classes + c] = value / sum; });
    weight[i] = sum;
  });
  return classWeights ? { target, weight } : { target };
}

/** Weights inversely proportional to how often a class occurs, 1 on average over the pictures: n / (classes * count), as scikit-learn's `balanced`. An absent class gets 0. */
export function balancedWeights(labels: readonly (readonly number[])[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of labels) for (const c of row) counts[c] = counts[c]! + 1;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (classes * count)));
}

/** The options that a recipe means for a training partition with these labels. */
export function targetOptions(kind: LossKind, classes: number, recipe: { readonly labelSmoothing: number; readonly classWeights: 'none' | 'balanced' }, labels: readonly (readonly number[])[]): TargetOptions {
  const balanced = recipe.classWeights === 'balanced' && kind === 'cross-entropy';
  return { kind, classes, labelSmoothing: recipe.labelSmoothing, ...(balanced && { classWeights: balancedWeights(labels, classes) }) };
}

/** The loss of logits, summed in float64; see LossTerm for its definition. */
export function lossValue(kind: LossKind, logits: Tensor, { target, weight }: Targets): number {
  const [n = 0, classes = 0] = logits.shape;
  let sum = 0, weights = 0;
  for (let i = 0; i < n; i++) {
    const rowWeight = weight ? weight[i]! : 1;
    const row = logits.data.subarray(i * classes, (i + 1) * classes);
    const wanted = target.data.subarray(i * classes, (i + 1) * classes);
    sum += rowWeight * (kind === 'cross-entropy' ? crossEntropy(row, wanted) : binaryCrossEntropy(row, wanted));
    weights += rowWeight;
  }
  return sum / weights;
}

function crossEntropy(logits: Float32Array, target: Float32Array): number {
  const logSum = logSumExp(logits);
  return logits.reduce((loss, z, c) => loss - target[c]! * (z - logSum), 0);
}

function binaryCrossEntropy(logits: Float32Array, target: Float32Array): number {
  // max(z, 0) - z t + log(1 + exp(-|z|)): stable on both sides.
  return logits.reduce((loss, z, c) => loss + Math.max(z, 0) - z * target[c]! + Math.log1p(Math.exp(-Math.abs(z))), 0) / logits.length;
}

export function logSumExp(logits: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - largest);
  return largest + Math.log(sum);
}

/** Probabilities from logits: softmax over classes, or one sigmoid per class. */
export function probabilitiesOf(kind: LossKind, logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  if (kind === 'binary-cross-entropy') return values.map((z) => 1 / (1 + Math.exp(-z)));
  const logSum = logSumExp(logits);
  return values.map((z) => Math.exp(z - logSum));
}

/** Share of right answers: the largest logit is the class; for several classes, each logit is right on its side of 0. */
export function shareRight(kind: LossKind, logits: Tensor, labels: readonly (readonly number[])[]): number {
  const [n = 0, classes = 0] = logits.shape;
  let right = 0;
  for (let i = 0; i < n; i++) {
    const row = logits.data.subarray(i * classes, (i + 1) * classes);
    if (kind === 'cross-entropy') right += row.indexOf(Math.max(...row)) === labels[i]![0] ? 1 : 0;
    else right += row.reduce((sum, z, c) => sum + ((z >= 0) === labels[i]!.includes(c) ? 1 : 0), 0) / classes;
  }
  return right / n;
}
