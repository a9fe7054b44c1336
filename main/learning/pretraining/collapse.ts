// Whether all pictures have come to the same embedding, the trivial answer of a siamese network (Chen and He 2021, section 4.1).
import type { Tensor } from '../../tensor.ts';

/**
 * Mean over dimensions of the standard deviation, over rows, of the rows scaled to length 1.
 * @param embeddings [n, dimension]
 */
export function unitDeviation({ shape: [n = 0, dimension = 0], data }: Tensor): number {
  const unit = Float64Array.from(data);
  for (let i = 0; i < n; i++) {
    const row = unit.subarray(i * dimension, (i + 1) * dimension);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    // A row of zeros has no direction: it stays at the centre.
    if (length > 0) row.forEach((x, j) => { row[j] = x / length; });
  }
  let sum = 0;
  for (let j = 0; j < dimension; j++) {
    let mean = 0, square = 0;
    for (let i = 0; i < n; i++) mean += unit[i * dimension + j]! / n;
    for (let i = 0; i < n; i++) square += (unit[i * dimension + j]! - mean) ** 2 / n;
    sum += Math.sqrt(square);
  }
  return sum / dimension;
}

/** Half of what rows have that are spread evenly over the sphere. */
export const collapsedBelow = (dimension: number): number => 0.5 / Math.sqrt(dimension);
