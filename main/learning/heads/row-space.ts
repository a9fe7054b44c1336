// With fewer pictures than features, a ridge-penalised linear model lives in the span of the pictures: the same problem in far fewer coordinates.
import { dot } from './matrix.ts';
import type { Matrix } from './matrix.ts';

export interface RowSpace {
  /** [rows, rank]; all inner products between rows are those of the original. */
  readonly coordinates: Matrix;
  /** The vector over the original columns that gives the same products with the rows as `v` gives with the coordinates, and the same norm. */
  lift(v: Float64Array): Float64Array;
}

/**
 * Coordinates of the rows in an orthonormal basis of their span: the Cholesky factor of the Gram matrix, with pivoting,
 * so that dependent rows add nothing (Higham 1990). Exact up to rounding, with `tolerance` relative to the largest row.
 */
export function rowSpace(matrix: Matrix, tolerance = 1e-12): RowSpace {
  const { rows, columns, data } = matrix;
  const row = (i: number) => data.subarray(i * columns, (i + 1) * columns);
  /** Squared length of each row outside the span of the pivots so far; -1 for a pivot. */
  const rest = Float64Array.from({ length: rows }, (_, i) => dot(row(i), row(i)));
  const scale = rest.reduce((a, b) => Math.max(a, b), 0);
  const factor = new Float64Array(rows * rows);
  const pivots: number[] = [];
  for (;;) {
    const rank = pivots.length;
    const pivot = rest.indexOf(rest.reduce((a, b) => Math.max(a, b), -1));
    if (pivot < 0 || !(rest[pivot]! > tolerance * scale)) break;
    const root = Math.sqrt(rest[pivot]!);
    const known = factor.subarray(pivot * rows, pivot * rows + rank);
    for (let i = 0; i < rows; i++) {
      if (rest[i] === -1 || i === pivot) continue;
      const value = (dot(row(i), row(pivot)) - dot(known, factor.subarray(i * rows, i * rows + rank))) / root;
      factor[i * rows + rank] = value;
      rest[i] = Math.max(0, rest[i]! - value * value);
    }
    factor[pivot * rows + rank] = root;
    rest[pivot] = -1;
    pivots.push(pivot);
  }
  const rank = pivots.length;
  const coordinates = new Float64Array(rows * rank);
  for (let i = 0; i < rows; i++) coordinates.set(factor.subarray(i * rows, i * rows + rank), i * rank);

  return {
    coordinates: { rows, columns: rank, data: coordinates },
    lift(v) {
      // Solve transpose(L) a = v with L = the pivot rows of the factor (lower triangular), then combine the pivot rows.
      const a = new Float64Array(rank);
      for (let k = rank - 1; k >= 0; k--) {
        let value = v[k]!;
        for (let j = k + 1; j < rank; j++) value -= coordinates[pivots[j]! * rank + k]! * a[j]!;
        a[k] = value / coordinates[pivots[k]! * rank + k]!;
      }
      const lifted = new Float64Array(columns);
      a.forEach((share, k) => row(pivots[k]!).forEach((value, j) => { lifted[j] = lifted[j]! + share * value; }));
      return lifted;
    },
  };
}
