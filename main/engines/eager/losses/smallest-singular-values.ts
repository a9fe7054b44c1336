// The directions in which the features of a batch hardly differ, pushed towards nothing.
import * as tf from '@tensorflow/tfjs-core';
import { symmetricEigen } from '../../../evaluation/transferability/symmetric-eigen.ts';
import type { SmallestSingularValuesTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/** By the eigenvectors of the smaller of F F^T and F^T F, whose eigenvalues are the squares of the singular values; in float64. */
export const smallestSingularValues: LossRule<SmallestSingularValuesTerm> = ({ features, count }, { output }) => {
  const matrix = output(features);
  const [rows = 0, columns = 0] = matrix.shape;
  if (matrix.rank !== 2) throw new Error(`${features} is no vector but [${matrix.shape.slice(1).join(', ')}]`);
  const n = Math.min(rows, columns), data = matrix.dataSync();
  /** Numbers along the shorter side, at each place of the longer one. */
  const at = (short: number, long: number) => (rows <= columns ? data[short * columns + long]! : data[long * columns + short]!);
  const product = new Float64Array(n * n);
  for (let a = 0; a < n; a++) for (let b = 0; b <= a; b++) {
    let sum = 0;
    for (let long = 0; long < data.length / n; long++) sum += at(a, long) * at(b, long);
    product[a * n + b] = product[b * n + a] = sum;
  }
  const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const { values, coordinates } = symmetricEigen(product, n, identity, n);
  const smallest = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!).slice(0, count);
  const vectors = tf.tensor2d(smallest.flatMap((k) => Array.from(coordinates.subarray(k * n, (k + 1) * n))), [smallest.length, n]);
  const onto = tf.matMul(vectors, vectors, true);
  const gradient = tf.mul(rows <= columns ? tf.matMul(onto, tf.reshape(matrix, [rows, columns])) : tf.matMul(tf.reshape(matrix, [rows, columns]), onto), 2);
  return { value: tf.scalar(smallest.reduce((sum, k) => sum + Math.max(0, values[k]!), 0)), outputs: new Map([[features, gradient]]) };
};
