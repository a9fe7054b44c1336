// The linear head on pooled features: penalised logistic regression in float64, fitted to convergence.
import { minimise } from './lbfgs.ts';
import type { Targets, LossKind } from '../losses.ts';
import { multiply, multiplyTransposed } from './matrix.ts';
import type { Matrix } from './matrix.ts';
import { rowSpace } from './row-space.ts';

/** logits = weight * features + bias. */
export interface LinearHead {
  readonly classes: number;
  readonly features: number;
  /** [classes, features] */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Features made comparable: (x - mean) / deviation per column, constant columns left at 0. */
export interface Standardised extends Matrix {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export function standardise(features: { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> }): Standardised {
  const { rows, columns, data } = features;
  const mean = new Float64Array(columns), square = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j] = mean[j]! + data[i * columns + j]! / rows;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) square[j] = square[j]! + (data[i * columns + j]! - mean[j]!) ** 2 / rows;
  // Below this a column is constant up to the rounding of float32.
  const deviation = square.map((variance, j) => (Math.sqrt(variance) > 1e-6 * Math.abs(mean[j]!) && variance > 1e-30 ? Math.sqrt(variance) : Infinity));
  const scaled = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) scaled[i * columns + j] = (data[i * columns + j]! - mean[j]!) / deviation[j]!;
  return { rows, columns, data: scaled, mean, deviation };
}

export interface LogisticProblem {
  readonly x: Matrix;
  readonly kind: LossKind;
  readonly targets: Targets;
}

export interface FitOptions {
  /** Coefficient of half the squared norm of the weights, beside the mean loss. The bias is free. */
  readonly penalty: number;
  readonly tolerance?: number;
  /** Weights then biases; none = zeros. */
  readonly start?: Float64Array;
}

/** Minimises mean loss + penalty / 2 * |weights|^2. @returns weights [classes, columns], then biases [classes] */
export function fitLogistic({ x, kind, targets }: LogisticProblem, { penalty, tolerance = 1e-6, start }: FitOptions): Float64Array {
  const classes = targets.target.shape[1] ?? 0;
  const objective = logisticObjective(x, kind, targets, classes, penalty);
  return minimise(objective, start ?? new Float64Array(classes * (x.columns + 1)), { tolerance }).x;
}

/** Value and gradient of the penalised mean loss. Rows of weight 0 cost nothing. */
export function logisticObjective(x: Matrix, kind: LossKind, { target, weight }: Targets, classes: number, penalty: number): (w: Float64Array, gradient: Float64Array) => number {
  const { columns } = x;
  const used = Uint32Array.from({ length: x.rows }, (_, i) => i).filter((i) => (weight ? weight[i]! : 1) > 0);
  const total = used.reduce((sum, i) => sum + (weight ? weight[i]! : 1), 0);
  const products = new Float64Array(used.length * classes);
  const z = new Float64Array(classes);
  return (w, gradient) => {
    gradient.fill(0);
    let loss = 0;
    multiply(x, used, w, classes, products);
    used.forEach((i, at) => {
      for (let c = 0; c < classes; c++) z[c] = products[at * classes + c]! + w[classes * columns + c]!;
      const share = (weight ? weight[i]! : 1) / total;
      loss += share * (kind === 'cross-entropy' ? softmaxLoss(z, target.data, i * classes) : sigmoidLoss(z, target.data, i * classes));
      for (let c = 0; c < classes; c++) {
        products[at * classes + c] = share * z[c]!;
        gradient[classes * columns + c] = gradient[classes * columns + c]! + share * z[c]!;
      }
    });
    multiplyTransposed(x, used, products, classes, gradient);
    for (let k = 0; k < classes * columns; k++) {
      loss += (penalty / 2) * w[k]! ** 2;
      gradient[k] = gradient[k]! + penalty * w[k]!;
    }
    return loss;
  };
}

/** Cross-entropy of one row; `z` is overwritten by the gradient. */
function softmaxLoss(z: Float64Array, target: Float32Array, at: number): number {
  let largest = -Infinity;
  for (let c = 0; c < z.length; c++) largest = Math.max(largest, z[c]!);
  let sum = 0;
  for (let c = 0; c < z.length; c++) sum += Math.exp(z[c]! - largest);
  const logSum = largest + Math.log(sum);
  let loss = 0;
  for (let c = 0; c < z.length; c++) {
    loss += target[at + c]! * (logSum - z[c]!);
    z[c] = Math.exp(z[c]! - logSum) - target[at + c]!;
  }
  return loss;
}

/** Binary cross-entropy of one row, averaged over classes; `z` is overwritten by the gradient. */
function sigmoidLoss(z: Float64Array, target: Float32Array, at: number): number {
  let loss = 0;
  for (let c = 0; c < z.length; c++) {
    const value = z[c]!;
    loss += (Math.max(value, 0) - value * target[at + c]! + Math.log1p(Math.exp(-Math.abs(value)))) / z.length;
    z[c] = (1 / (1 + Math.exp(-value)) - target[at + c]!) / z.length;
  }
  return loss;
}

/** The rows in the coordinates in which fitting is cheapest, and the way back to a head on the raw features. */
export interface Fitting {
  readonly x: Matrix;
  head(solution: Float64Array, classes: number): LinearHead;
}

export function fitting(standardised: Standardised): Fitting {
  const { rows, columns, mean, deviation } = standardised;
  // The Gram matrix costs rows^2 * columns once; each evaluation then costs rows^2 instead of rows * columns.
  const space = rows * 2 <= columns ? rowSpace(standardised) : null;
  const x = space?.coordinates ?? standardised;
  return {
    x,
    head(solution, classes) {
      const weight = new Float64Array(classes * columns), bias = new Float64Array(classes);
      for (let c = 0; c < classes; c++) {
        const own = solution.subarray(c * x.columns, (c + 1) * x.columns);
        const scaled = space ? space.lift(own) : own;
        bias[c] = solution[classes * x.columns + c]!;
        for (let j = 0; j < columns; j++) {
          const value = scaled[j]! / deviation[j]!;
          weight[c * columns + j] = value;
          bias[c] = bias[c]! - value * mean[j]!;
        }
      }
      return { classes, features: columns, weight, bias };
    },
  };
}

/** Logits of rows of features, [n, classes]. */
export function applyHead({ classes, features, weight, bias }: LinearHead, rows: Float32Array): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const n = rows.length / features;
  const data = new Float32Array(n * classes);
  for (let i = 0; i < n; i++) for (let c = 0; c < classes; c++) {
    let sum = bias[c]!;
    for (let j = 0; j < features; j++) sum += weight[c * features + j]! * rows[i * features + j]!;
    data[i * classes + c] = sum;
  }
  return { shape: [n, classes], data };
}
