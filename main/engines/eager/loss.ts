// Losses and their gradients with respect to the logits, straight from their formulas.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { assertNever } from '#contract/errors.ts';
import type { NodeId } from '../../nets/graph.ts';
import type { Batch, LossTerm } from '../engine.ts';

export interface Loss {
  readonly value: Scalar;
  /** By node of the logits. */
  readonly gradients: ReadonlyMap<NodeId, Tensor>;
}

/** Sum of the terms. Logits may be [n, classes] or a map of them; every position counts with its weight. */
export function lossOf(terms: readonly LossTerm[], outputs: ReadonlyMap<NodeId, Tensor>, batch: Pick<Batch, 'targets' | 'weight'>): Loss {
  const gradients = new Map<NodeId, Tensor>();
  let total: Scalar = tf.scalar(0);
  for (const term of terms) {
    const logits = outputs.get(term.logits), target = batch.targets.get(term.target);
    if (!logits || !target) throw new Error(`the loss needs ${term.logits} and the target ${term.target}`);
    if (target.shape.join() !== logits.shape.join()) throw new Error(`target ${term.target} is [${target.shape}], the logits are [${logits.shape}]`);
    const classes = logits.shape.at(-1)!, positions = logits.size / classes;
    const rows = tf.reshape(logits, [positions, classes]) as Tensor2D;
    const wanted = tf.tensor2d(target.data, [positions, classes]);
    const share = shares(batch.weight, positions);
    const { each, slope } = perPosition(term.kind, rows, wanted);
    total = tf.add(total, tf.mul(tf.sum(tf.mul(each, share)), term.coefficient));
    const gradient = tf.reshape(tf.mul(tf.mul(slope, share), term.coefficient), logits.shape);
    const before = gradients.get(term.logits);
    gradients.set(term.logits, before ? tf.add(before, gradient) : gradient);
  }
  return { value: total, gradients };
}

/** [positions, 1], sums to 1: how much each position counts. */
function shares(weight: Float32Array | undefined, positions: number): Tensor2D {
  if (!weight) return tf.fill([positions, 1], 1 / positions);
  if (weight.length !== positions) throw new Error(`${weight.length} weights for ${positions} positions`);
  const sum = weight.reduce((total, w) => total + w, 0);
  return tf.tensor2d(weight.map((w) => w / sum), [positions, 1]);
}

/** Loss [positions, 1] and its slope [positions, classes]. */
function perPosition(kind: LossTerm['kind'], logits: Tensor2D, target: Tensor2D): { readonly each: Tensor; readonly slope: Tensor } {
  switch (kind) {
    case 'cross-entropy': {
      const shifted = tf.sub(logits, tf.max(logits, 1, true)); // so that exp cannot overflow
      const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
      const logProbabilities = tf.sub(shifted, logSum);
      return {
        each: tf.neg(tf.sum(tf.mul(target, logProbabilities), 1, true)),
        slope: tf.sub(tf.mul(tf.exp(logProbabilities), tf.sum(target, 1, true)), target),
      };
    }
    case 'binary-cross-entropy': {
      // max(x, 0) - x * t + log(1 + exp(-|x|)): no exponential of a large number.
      const each = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, target)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
      return { each: tf.mean(each, 1, true), slope: tf.div(tf.sub(tf.sigmoid(logits), target), logits.shape[1]) };
    }
    default:
      return assertNever(kind);
  }
}
