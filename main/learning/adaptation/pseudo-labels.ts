// Classes of unlabelled pictures by the nearest centroid, the centroids first weighted by what the model says, then by the labels just found.
import type { PooledFeatures } from '../ranking/index.ts';

/** By cosine similarity; a class that nothing is given to has no centroid in the second round. @returns one class per row */
export function pseudoLabels({ rows, columns, data }: PooledFeatures, probabilities: readonly (readonly number[])[], classes: number): number[] {
  const unit = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let j = 0; j < columns; j++) square += data[i * columns + j]! ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let j = 0; j < columns; j++) unit[i * columns + j] = data[i * columns + j]! * scale;
  }
  const nearest = (weights: readonly (readonly number[])[]): number[] => {
    const centroids = Array.from({ length: classes }, (_, c) => centroid(unit, columns, weights.map((row) => row[c]!)));
    return Array.from({ length: rows }, (_, i) => {
      const similarities = centroids.map((centre) => (centre ? centre.reduce((sum, value, j) => sum + value * unit[i * columns + j]!, 0) : -Infinity));
      return similarities.indexOf(Math.max(...similarities));
    });
  };
  const first = nearest(probabilities);
  return nearest(first.map((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0))));
}

/** Of unit length; none where nothing has a weight. */
function centroid(unit: Float64Array, columns: number, weights: readonly number[]): Float64Array | null {
  const sum = new Float64Array(columns);
  weights.forEach((weight, i) => { if (weight > 0) for (let j = 0; j < columns; j++) sum[j] = sum[j]! + weight * unit[i * columns + j]!; });
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
  return length > 0 ? sum.map((value) => value / length) : null;
}
