// The weight map of the U-Net paper: pixels between objects that nearly touch count more, so that they are kept apart.
import { components, decode, encode, ignored } from '../../masks/index.ts';

export interface BoundaryOptions {
  /** w0; 10 in the paper. */
  readonly height: number;
  /** sigma in pixels; 5 in the paper. */
  readonly width: number;
}

/** Beyond so many sigmas from an object exp(-(d / sigma)^2 / 2) is below float32's last digit of 1. */
const reach = 6;

/**
 * 1 + w0 exp(-(d1 + d2)^2 / (2 sigma^2)) on the background, d1 and d2 the distances to the nearest and the second nearest object; 1 inside objects, 0 where nobody knows.
 * Ronneberger, Fischer, Brox 2015, equation 2. Objects are parts of one class that touch by their sides.
 */
export function boundaryWeights(labels: Uint8Array, width: number, height: number, options: BoundaryOptions): Float32Array {
  const nearest = new Float32Array(labels.length).fill(Infinity), second = new Float32Array(labels.length).fill(Infinity);
  const classes = [...new Set(labels)].filter((label) => label !== 0 && label !== ignored);
  for (const label of classes) {
    for (const object of components(encode(labels.map((value) => (value === label ? 1 : 0)), width, height), 4)) {
      addDistances(decode(object), width, height, Math.ceil(reach * options.width), nearest, second);
    }
  }
  return Float32Array.from(labels, (label, i) => {
    if (label === ignored) return 0;
    const sum = nearest[i]! + second[i]!;
    return label !== 0 || sum === Infinity ? 1 : 1 + options.height * Math.exp(-(sum * sum) / (2 * options.width ** 2));
  });
}

/** Distance of every pixel near an object to it, kept where it is among the two smallest. */
function addDistances(inside: Uint8Array, width: number, height: number, within: number, nearest: Float32Array, second: Float32Array): void {
  let top = height, bottom = -1, left = width, right = -1;
  inside.forEach((bit, i) => {
    if (bit === 0) return;
    const y = Math.floor(i / width), x = i % width;
    top = Math.min(top, y); bottom = Math.max(bottom, y); left = Math.min(left, x); right = Math.max(right, x);
  });
  const y0 = Math.max(0, top - within), y1 = Math.min(height, bottom + within + 1), x0 = Math.max(0, left - within), x1 = Math.min(width, right + within + 1);
  const columns = x1 - x0, rows = y1 - y0;
  const squares = Float64Array.from({ length: rows * columns }, (_, i) => (inside[(y0 + Math.floor(i / columns)) * width + x0 + (i % columns)] === 1 ? 0 : Infinity));
  for (let x = 0; x < columns; x++) transform(squares, x, columns, rows);
  for (let y = 0; y < rows; y++) transform(squares, y * columns, 1, columns);
  squares.forEach((square, i) => {
    const pixel = (y0 + Math.floor(i / columns)) * width + x0 + (i % columns), distance = Math.sqrt(square);
    if (distance < nearest[pixel]!) {
      second[pixel] = nearest[pixel]!;
      nearest[pixel] = distance;
    } else if (distance < second[pixel]!) second[pixel] = distance;
  });
}

/** Squared distance transform along one line, in place: lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012). */
function transform(values: Float64Array, start: number, step: number, count: number): void {
  const line = Float64Array.from({ length: count }, (_, i) => values[start + i * step]!);
  const vertices = new Int32Array(count), borders = new Float64Array(count + 1);
  let last = -1;
  for (let i = 0; i < count; i++) {
    if (line[i] === Infinity) continue;
    let border = -Infinity;
    while (last >= 0) {
      const v = vertices[last]!;
      border = (line[i]! + i * i - line[v]! - v * v) / (2 * (i - v));
      if (border > borders[last]!) break;
      last--;
      border = -Infinity;
    }
    vertices[++last] = i;
    borders[last] = border;
  }
  if (last < 0) return;
  for (let i = 0, k = 0; i < count; i++) {
    while (k < last && borders[k + 1]! < i) k++;
    const v = vertices[k]!;
    values[start + i * step] = (i - v) ** 2 + line[v]!;
  }
}
