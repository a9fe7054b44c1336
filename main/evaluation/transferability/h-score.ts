// The H-score: how much of the spread of the features lies between the classes.
import { centred, classColumns, spectrum } from './spectrum.ts';
import type { Features } from './spectrum.ts';

/** tr(pinv(cov F) cov E[F | y]) (Bao et al., ICIP 2019). With no fewer independent features than rows it is the number of classes less one, whatever the features are. */
export function hScore(features: Features, labels: readonly number[], classes: number): number {
  const { squares, along } = spectrum(centred(features), classColumns(labels, classes), classes);
  // In the basis of the singular vectors the covariance of the features cancels: what is left is how much of each class's column lies in their span.
  return overClasses(labels, classes, (c) => squares.reduce((sum, square, k) => sum + (square > 0 ? along[k * classes + c]! ** 2 : 0), 0));
}

export interface ShrunkHScore {
  readonly score: number;
  /** 0..1: share of the covariance that was replaced by a multiple of the identity. */
  readonly shrinkage: number;
}

/**
 * The same with the covariance shrunk as Ledoit and Wolf (2004) say, and the result by as much: it has a meaning for any number of rows (Ibrahim et al.,
 * "Newer is not always better", 2021). Null where all rows are alike.
 */
export function shrunkHScore(features: Features, labels: readonly number[], classes: number): ShrunkHScore | null {
  const moved = centred(features), { rows, columns } = features;
  const { squares, along } = spectrum(moved, classColumns(labels, classes), classes);
  const mean = squares.reduce((a, b) => a + b, 0) / rows / columns;
  if (!(mean > 0)) return null;
  const shrinkage = ledoitWolf(moved, squares, mean);
  const between = overClasses(labels, classes, (c) => squares.reduce((sum, square, k) => {
    const shrunk = (1 - shrinkage) * (square / rows) + shrinkage * mean;
    return shrunk > 0 ? sum + (along[k * classes + c]! ** 2 * square) / shrunk : sum;
  }, 0));
  return { score: ((1 - shrinkage) * between) / (rows - 1), shrinkage };
}

/** Sum over the classes of a term divided by the class's rows. */
function overClasses(labels: readonly number[], classes: number, term: (c: number) => number): number {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const count = labels.filter((label) => label === c).length;
    if (count > 0) sum += term(c) / count;
  }
  return sum;
}

/** @param mean of the eigenvalues of the covariance (divided by rows) */
function ledoitWolf({ rows, columns, data }: { readonly rows: number; readonly columns: number; readonly data: Float64Array }, squares: Float64Array, mean: number): number {
  // Squared Frobenius norm of the covariance, and of what it is shrunk towards, through the eigenvalues; both divided by the columns.
  const norm = squares.reduce((sum, square) => sum + (square / rows) ** 2, 0) / columns;
  const distance = norm - mean ** 2;
  let fourth = 0;
  for (let i = 0; i < rows; i++) {
    let length = 0;
    for (let j = 0; j < columns; j++) length += data[i * columns + j]! ** 2;
    fourth += length ** 2;
  }
  const noise = (fourth / rows / columns - norm) / rows;
  return distance <= 0 ? 1 : Math.min(1, Math.max(0, noise / distance));
}
