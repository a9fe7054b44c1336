// The singular values of a feature matrix and how far targets lie along its left singular vectors: all that LogME and the H-score need of it.
import { symmetricEigen } from './symmetric-eigen.ts';

/** Rows of features, row-major. */
export interface Features {
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

export interface Spectrum {
  /** Squared singular values; those that are 0 up to rounding are 0. As many as the smaller side of the matrix. */
  readonly squares: Float64Array;
  /** u_k * target, [squares, targets]; 0 where the singular value is. */
  readonly along: Float64Array;
}

/** Rounding of a Gram matrix in float64, relative to its largest eigenvalue. */
const tolerance = 1e-13;

/**
 * By the eigenvalues of the smaller one of the two Gram matrices.
 * @param targets [rows, count]
 */
export function spectrum(features: Features, targets: Float64Array, count: number): Spectrum {
  const { rows, columns } = features;
  const wide = rows <= columns;
  const { values, coordinates } = wide
    ? symmetricEigen(gram(features), rows, targets, count)
    : symmetricEigen(gram(transposed(features)), columns, products(features, targets, count), count);
  const limit = values.reduce((a, b) => Math.max(a, b), 0) * tolerance;
  const squares = values.map((value) => (value > limit ? value : 0));
  const along = coordinates.map((value, at) => {
    const square = squares[Math.floor(at / count)]!;
    // transpose(V) transpose(F) y = S transpose(U) y
    return square === 0 ? 0 : wide ? value : value / Math.sqrt(square);
  });
  return { squares, along };
}

/** One column for each class: 1 where the row is of it. */
export function classColumns(labels: readonly number[], classes: number): Float64Array {
  const columns = new Float64Array(labels.length * classes);
  labels.forEach((label, i) => { columns[i * classes + label] = 1; });
  return columns;
}

/** Columns with mean 0; those that are constant up to the rounding of float32 are 0. */
export function centred({ rows, columns, data }: Features): { readonly rows: number; readonly columns: number; readonly data: Float64Array } {
  const mean = new Float64Array(columns), moved = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j] = mean[j]! + data[i * columns + j]! / rows;
  const spread = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) spread[j] = Math.max(spread[j]!, Math.abs(data[i * columns + j]! - mean[j]!));
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (spread[j]! > 1e-6 * Math.abs(mean[j]!)) moved[i * columns + j] = data[i * columns + j]! - mean[j]!;
  return { rows, columns, data: moved };
}

/** Products of all rows with each other, [rows, rows]. */
function gram({ rows, columns, data }: Features): Float64Array {
  const numbers = Float64Array.from(data), products = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j <= i; j++) {
    let s0 = 0, s1 = 0;
    const a = i * columns, b = j * columns;
    // Two sums at once: one alone would wait for each addition before the next.
    for (let k = 0; k + 1 < columns; k += 2) {
      s0 += numbers[a + k]! * numbers[b + k]!;
      s1 += numbers[a + k + 1]! * numbers[b + k + 1]!;
    }
    if (columns % 2 === 1) s0 += numbers[a + columns - 1]! * numbers[b + columns - 1]!;
    products[i * rows + j] = products[j * rows + i] = s0 + s1;
  }
  return products;
}

function transposed({ rows, columns, data }: Features): Features {
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]!;
  return { rows: columns, columns: rows, data: turned };
}

/** transpose(F) * targets, [columns, count]. */
function products({ rows, columns, data }: Features, targets: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(columns * count);
  for (let i = 0; i < rows; i++) for (let c = 0; c < count; c++) {
    const target = targets[i * count + c]!;
    if (target !== 0) for (let j = 0; j < columns; j++) sums[j * count + c] = sums[j * count + c]! + target * data[i * columns + j]!;
  }
  return sums;
}
