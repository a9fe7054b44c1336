// The weight map of the U-Net paper: pixels between objects that nearly touch count more, so that they are kept apart.
import { ignored } from '../../masks/index.ts';

export interface BoundaryOptions {
  /** w0; 10 in the paper. */
  readonly height: number;
  /** sigma in pixels; 5 in the paper. */
  readonly width: number;
}

/** As in the paper. */
export const boundaryOptions: BoundaryOptions = { height: 10, width: 5 };

/** Beyond so many sigmas from an object exp(-(d / sigma)^2 / 2) is below float32's last digit of 1. */
const reach = 6;

/**
 * 1 + w0 exp(-(d1 + d2)^2 / (2 sigma^2)) on the background, d1 and d2 the distances to the nearest and the second nearest object; 1 inside objects, 0 where nobody knows.
 * Ronneberger, Fischer, Brox 2015, equation 2. The paper's w_c, which balances classes, is the loss's own class weight.
 * @param numbers of the object of each pixel, 0 = none; a pixel whose label is background belongs to none, whatever its number
 */
export function boundaryWeights(labels: Uint8Array, numbers: Uint32Array, width: number, options: BoundaryOptions): Float32Array<ArrayBuffer> {
  const nearest = new Float32Array(labels.length).fill(Infinity), second = new Float32Array(labels.length).fill(Infinity);
  const height = labels.length / width, within = Math.ceil(reach * options.width);
  const isInside = (pixel: number, object: number) => numbers[pixel] === object && labels[pixel] !== 0;
  for (const [object, box] of boxes(labels, numbers, width)) {
    const window = { top: Math.max(0, box.top - within), bottom: Math.min(height, box.bottom + within + 1), left: Math.max(0, box.left - within), right: Math.min(width, box.right + within + 1) };
    addDistances((pixel) => isInside(pixel, object), window, width, nearest, second);
  }
  return Float32Array.from(labels, (label, i) => {
    if (label === ignored) return 0;
    const sum = nearest[i]! + second[i]!;
    return label !== 0 || sum === Infinity ? 1 : 1 + options.height * Math.exp(-(sum * sum) / (2 * options.width ** 2));
  });
}

interface Box { top: number; bottom: number; left: number; right: number }

/** First and last row and column of each object. */
function boxes(labels: Uint8Array, numbers: Uint32Array, width: number): ReadonlyMap<number, Box> {
  const found = new Map<number, Box>();
  numbers.forEach((number, i) => {
    if (number === 0 || labels[i] === 0) return;
    const y = Math.floor(i / width), x = i % width, box = found.get(number);
    if (!box) return void found.set(number, { top: y, bottom: y, left: x, right: x });
    box.bottom = y;
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
  });
  return found;
}

/** Distance of every pixel of a window to an object, kept where it is among the two smallest. */
function addDistances(inside: (pixel: number) => boolean, { top, bottom, left, right }: Box, width: number, nearest: Float32Array, second: Float32Array): void {
  const columns = right - left, rows = bottom - top;
  const pixelOf = (i: number) => (top + Math.floor(i / columns)) * width + left + (i % columns);
  const squares = Float64Array.from({ length: rows * columns }, (_, i) => (inside(pixelOf(i)) ? 0 : Infinity));
  for (let x = 0; x < columns; x++) transform(squares, x, columns, rows);
  for (let y = 0; y < rows; y++) transform(squares, y * columns, 1, columns);
  squares.forEach((square, i) => {
    const pixel = pixelOf(i), distance = Math.sqrt(square);
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
