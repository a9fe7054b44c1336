// How far the outlines of two masks lie apart: exact distances to the nearest outline pixel, and their 95th percentile.
import { quantile } from './bootstrap.ts';

/** Rows and columns of a mask, and the distance between neighbouring rows and columns. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** [row, column] */
  readonly spacing: readonly [number, number];
}

/**
 * The 95 % Hausdorff distance (Huttenlocher 1993): the greater of the two 95th percentiles, by linear interpolation, of distances from the outline pixels of one mask to the
 * nearest outline pixel of the other. An outline pixel has a side in common with a pixel outside the mask or with the edge of the picture. In units of the spacing; both masks have a pixel.
 */
export function hausdorff95(a: Uint8Array, b: Uint8Array, raster: Raster): number {
  const [outlineA, outlineB] = [outline(a, raster), outline(b, raster)];
  return Math.max(directed(outlineA, outlineB, raster), directed(outlineB, outlineA, raster));
}

/** Indices of the mask's outline pixels. */
export function outline(mask: Uint8Array, { width, height }: Raster): Uint32Array {
  const found: number[] = [];
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) {
    if (mask[i] !== 1) continue;
    const within = x > 0 && y > 0 && x < width - 1 && y < height - 1 && mask[i - 1] === 1 && mask[i + 1] === 1 && mask[i - width] === 1 && mask[i + width] === 1;
    if (!within) found.push(i);
  }
  return Uint32Array.from(found);
}

function directed(from: Uint32Array, to: Uint32Array, raster: Raster): number {
  const squared = squaredDistances(to, raster);
  return quantile(Float64Array.from(from, (i) => Math.sqrt(squared[i]!)).sort(), 0.95);
}

/** The exact squared Euclidean distance of every pixel to the nearest of some pixels: lower envelopes of parabolas, Felzenszwalb and Huttenlocher 2012. */
export function squaredDistances(seeds: Uint32Array, { width, height, spacing: [rowSpacing, columnSpacing] }: Raster): Float64Array {
  const distances = new Float64Array(width * height).fill(Infinity);
  for (const seed of seeds) distances[seed] = 0;
  const longest = Math.max(width, height), place = new Int32Array(longest), border = new Float64Array(longest + 1), values = new Float64Array(longest);
  for (let y = 0; y < height; y++) envelope(distances, y * width, 1, width, columnSpacing ** 2);
  for (let x = 0; x < width; x++) envelope(distances, x, width, height, rowSpacing ** 2);
  return distances;

  /** One line: at q the least of values[p] + scale (q - p)^2 over all p. */
  function envelope(line: Float64Array, start: number, step: number, length: number, scale: number): void {
    let last = -1;
    for (let q = 0; q < length; q++) {
      const value = values[q] = line[start + q * step]!;
      if (value === Infinity) continue;
      let meets = -Infinity;
      while (last >= 0) {
        const p = place[last]!;
        meets = ((value - values[p]!) / scale + q * q - p * p) / (2 * (q - p));
        if (meets > border[last]!) break;
        last--;
      }
      last++;
      place[last] = q;
      border[last] = last === 0 ? -Infinity : meets;
    }
    for (let q = 0, k = 0; q < length && last >= 0; q++) {
      while (k < last && border[k + 1]! < q) k++;
      const p = place[k]!;
      line[start + q * step] = values[p]! + scale * (q - p) ** 2;
    }
  }
}
