// How far apart the pictures of two sites lie: what a linear rule can tell, and a two-sample test that assumes no rule.
import { stream } from '../random.ts';

/**
 * Proxy A-distance 2 (1 - 2 error) (Ben-David et al. 2007): 0 = a linear rule can do no better than guess, 2 = it is always right.
 * @param error held-out, balanced over the two sites; above one half it is chance, and counts as one half
 */
export function aDistance(error: number): number {
  return 2 * (1 - 2 * Math.min(0.5, error));
}

export interface TwoSampleTest {
  /** Squared maximum mean discrepancy, unbiased; below 0 where the samples are alike. */
  readonly mmd2: number;
  /** Share of random divisions into two such samples that lie at least as far apart. */
  readonly p: number;
}

/** Kernel widths as shares of the mean squared distance between the rows. */
const widths = [1 / 8, 1 / 4, 1 / 2, 1, 2] as const;

export interface MmdOptions {
  readonly permutations: number;
  readonly seed: number;
  /** Rows that belong together, e.g. of one subject: they change sides together. None = each by itself. */
  readonly groups?: readonly string[];
}

/**
 * Maximum mean discrepancy with a sum of Gaussian kernels, sigma^2 = width * mean |x_i - x_j|^2 (Gretton et al. 2012; widths of Long et al. 2015), and its p-value by permutation.
 * @param features [rows, columns], those of the first sample first
 * @param first how many rows the first sample has
 */
export function twoSampleTest(features: { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> }, first: number, { permutations, seed, groups }: MmdOptions): TwoSampleTest {
  const { rows } = features;
  const kernel = gaussians(squaredDistances(features));
  const side = Uint8Array.from({ length: rows }, (_, i) => (i < first ? 0 : 1));
  const mmd2 = discrepancy(kernel, side);
  const random = stream(seed, 'two-sample');
  let asFar = 0;
  for (let round = 0; round < permutations; round++) if (discrepancy(kernel, permuted(side, random.permutation.bind(random, round), groups)) >= mmd2) asFar++;
  // The division at hand is one of those that could have been drawn (Phipson and Smyth 2010).
  return { mmd2, p: (asFar + 1) / (permutations + 1) };
}

/** Sides dealt anew: to rows, or to whole groups in random order until the first sample has its size. */
function permuted(side: Uint8Array, permutation: (length: number) => Uint32Array, groups: readonly string[] | undefined): Uint8Array {
  if (!groups) return Uint8Array.from(permutation(side.length), (from) => side[from]!);
  const members = [...Map.groupBy(groups.map((_, i) => i), (i) => groups[i]!).values()];
  const wanted = side.filter((one) => one === 0).length;
  const dealt = new Uint8Array(side.length).fill(1);
  let given = 0;
  for (const at of permutation(members.length)) {
    const group = members[at]!;
    // The group that would go past the wanted size goes over only when that comes nearer to it.
    if (given + group.length - wanted > wanted - given) break;
    for (const i of group) dealt[i] = 0;
    given += group.length;
  }
  return dealt;
}

function squaredDistances({ rows, columns, data }: { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> }): Float64Array {
  const distances = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += (data[i * columns + k]! - data[j * columns + k]!) ** 2;
    distances[i * rows + j] = distances[j * rows + i] = sum;
  }
  return distances;
}

function gaussians(distances: Float64Array): { readonly rows: number; readonly values: Float64Array } {
  const rows = Math.sqrt(distances.length);
  const mean = distances.reduce((a, b) => a + b, 0) / Math.max(1, rows * (rows - 1));
  return { rows, values: distances.map((distance) => (mean === 0 ? widths.length : widths.reduce((sum, width) => sum + Math.exp(-distance / (2 * width * mean)), 0))) };
}

function discrepancy({ rows, values }: { readonly rows: number; readonly values: Float64Array }, side: Uint8Array): number {
  let within0 = 0, within1 = 0, between = 0, n0 = 0;
  for (let i = 0; i < rows; i++) {
    if (side[i] === 0) n0++;
    for (let j = 0; j < i; j++) {
      const value = values[i * rows + j]!;
      if (side[i] !== side[j]) between += value;
      else if (side[i] === 0) within0 += value;
      else within1 += value;
    }
  }
  const n1 = rows - n0;
  if (n0 < 2 || n1 < 2) return 0;
  return (2 * within0) / (n0 * (n0 - 1)) + (2 * within1) / (n1 * (n1 - 1)) - (2 * between) / (n0 * n1);
}
