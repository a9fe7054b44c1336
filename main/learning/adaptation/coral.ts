// CORAL: a new head on training features that were given mean and covariance of the new pictures. Sun, Feng, Saenko: "Return of frustratingly easy domain adaptation", AAAI 2016.
import { symmetricEigen } from '../../evaluation/transferability/index.ts';
import { rowSpace } from '../heads/row-space.ts';
import { standardise } from '../heads/linear.ts';
import type { PooledFeatures } from '../ranking/index.ts';

/** Weight of the identity beside the covariance of standardised features, as in the paper: it bounds what directions that hardly vary are stretched by. */
const ridge = 1;
/** Directions in which covariances are told apart; the pictures span no more of them on small sets. */
const mostDirections = 512;

/**
 * (C_s + 1)^-1/2 (C_t + 1)^1/2 on features that the source's mean and deviation standardise, and the target's mean in place of the source's: closed form, without any label.
 * @returns the source's rows as they might look at the target
 */
export function recoloured(source: PooledFeatures, target: PooledFeatures): PooledFeatures {
  const { columns } = source;
  const scaled = standardise(source), goal = scaledLike(target, scaled);
  const means = { source: new Float64Array(columns), target: columnMeans(goal, columns) };
  const centredSource = scaled.data, centredTarget = goal.map((value, at) => value - means.target[at % columns]!);
  // Outside the span of all rows both covariances are the identity and cancel, so the work is done inside it.
  const basis = directions(centredSource, centredTarget, columns);
  const inside = { source: project(centredSource, basis, columns), target: project(centredTarget, basis, columns) };
  const size = basis.length / columns;
  const whiten = power(covariance(inside.source, size), size, -0.5), colour = power(covariance(inside.target, size), size, 0.5);
  const moved = multiply(multiply(inside.source, whiten, size), colour, size);
  const data = new Float32Array(source.rows * columns);
  for (let i = 0; i < source.rows; i++) {
    const row = Float64Array.from({ length: columns }, (_, j) => centredSource[i * columns + j]! + means.target[j]!);
    for (let k = 0; k < size; k++) {
      const change = moved[i * size + k]! - inside.source[i * size + k]!;
      for (let j = 0; j < columns; j++) row[j] = row[j]! + change * basis[k * columns + j]!;
    }
    for (let j = 0; j < columns; j++) {
      const deviation = scaled.deviation[j]!;
      // A column that never varies at the source is left out of the head there, too: it keeps its value.
      data[i * columns + j] = Number.isFinite(deviation) ? scaled.mean[j]! + row[j]! * deviation : source.data[i * columns + j]!;
    }
  }
  return { rows: source.rows, columns, data };
}

function scaledLike({ rows, columns, data }: PooledFeatures, { mean, deviation }: { readonly mean: Float64Array; readonly deviation: Float64Array }): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => (data[at]! - mean[at % columns]!) / deviation[at % columns]!);
}

function columnMeans(data: Float64Array, columns: number): Float64Array {
  const mean = new Float64Array(columns), rows = data.length / columns;
  data.forEach((value, at) => { mean[at % columns] = mean[at % columns]! + value / rows; });
  return mean;
}

/** Orthonormal rows that span those of both sets, the most varied first where there are more than can be used; [directions, columns]. */
function directions(source: Float64Array, target: Float64Array, columns: number): Float64Array {
  const chosen = [source, target].flatMap((set) => evenly(set, columns)), rows = chosen.length;
  const data = new Float64Array(rows * columns);
  chosen.forEach((row, i) => data.set(row, i * columns));
  const { coordinates: { columns: rank, data: inside }, lift } = rowSpace({ rows, columns, data }, 1e-9);
  const second = new Float64Array(rank * rank);
  for (let i = 0; i < rows; i++) for (let a = 0; a < rank; a++) for (let b = 0; b < rank; b++) second[a * rank + b] = second[a * rank + b]! + inside[i * rank + a]! * inside[i * rank + b]!;
  const { values, coordinates } = symmetricEigen(second, rank, identity(rank), rank);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!).slice(0, mostDirections);
  const basis = new Float64Array(order.length * columns);
  order.forEach((from, to) => basis.set(lift(coordinates.slice(from * rank, (from + 1) * rank)), to * columns));
  return basis;
}

/** Rows of a set at even distances, as many as a basis needs. */
function evenly(set: Float64Array, columns: number): Float64Array[] {
  const rows = set.length / columns, count = Math.min(rows, mostDirections);
  return Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count)).map((i) => set.subarray(i * columns, (i + 1) * columns));
}

/** [rows, directions] */
function project(data: Float64Array, basis: Float64Array, columns: number): Float64Array {
  const rows = data.length / columns, size = basis.length / columns, inside = new Float64Array(rows * size);
  for (let i = 0; i < rows; i++) for (let k = 0; k < size; k++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * basis[k * columns + j]!;
    inside[i * size + k] = sum;
  }
  return inside;
}

/** Of rows with mean 0, plus the ridge. */
function covariance(rows: Float64Array, size: number): Float64Array {
  const n = rows.length / size, matrix = identity(size).map((value) => value * ridge);
  for (let i = 0; i < n; i++) for (let a = 0; a < size; a++) {
    const left = rows[i * size + a]! / Math.max(1, n - 1);
    for (let b = 0; b < size; b++) matrix[a * size + b] = matrix[a * size + b]! + left * rows[i * size + b]!;
  }
  return matrix;
}

/** A power of a symmetric positive matrix. */
function power(matrix: Float64Array, size: number, exponent: number): Float64Array {
  const { values, coordinates: z } = symmetricEigen(matrix, size, identity(size), size);
  const result = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const factor = values[k]! ** exponent;
    for (let a = 0; a < size; a++) {
      const left = factor * z[k * size + a]!;
      for (let b = 0; b < size; b++) result[a * size + b] = result[a * size + b]! + left * z[k * size + b]!;
    }
  }
  return result;
}

/** rows * matrix */
function multiply(rows: Float64Array, matrix: Float64Array, size: number): Float64Array {
  const n = rows.length / size, result = new Float64Array(rows.length);
  for (let i = 0; i < n; i++) for (let a = 0; a < size; a++) {
    const left = rows[i * size + a]!;
    for (let b = 0; b < size; b++) result[i * size + b] = result[i * size + b]! + left * matrix[a * size + b]!;
  }
  return result;
}

const identity = (size: number): Float64Array => Float64Array.from({ length: size * size }, (_, at) => (Math.floor(at / size) === at % size ? 1 : 0));
