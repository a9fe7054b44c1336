// Flood fill: the pixels that hang together with one and look like it.
import type { Mask } from '#contract/geometry.ts';
import { RunGatherer } from '#contract/masks/runs.ts';

/** RGBA bytes, row by row. */
export interface Pixels { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray | Uint8Array }

/**
 * Pixels joined by their sides to the one at (x, y), none of whose channels differs from its by more than `tolerance`. Whole stretches of rows at a time (Smith 1979).
 * @param blocked one byte per pixel: 1 = never taken
 */
export function flood({ width, height, data }: Pixels, x: number, y: number, tolerance: number, blocked?: Uint8Array): Mask {
  const taken = new Uint8Array(width * height), start = y * width + x, seed = [data[4 * start]!, data[4 * start + 1]!, data[4 * start + 2]!] as const;
  const alike = (pixel: number) => taken[pixel] === 0 && (blocked === undefined || blocked[pixel] === 0)
    && Math.abs(data[4 * pixel]! - seed[0]) <= tolerance && Math.abs(data[4 * pixel + 1]! - seed[1]) <= tolerance && Math.abs(data[4 * pixel + 2]! - seed[2]) <= tolerance;
  const waiting = alike(start) ? [start] : [];
  for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
    if (!alike(pixel)) continue;
    const row = Math.floor(pixel / width) * width;
    let left = pixel, right = pixel + 1;
    while (left > row && alike(left - 1)) left--;
    while (right < row + width && alike(right)) right++;
    taken.fill(1, left, right);
    for (const shift of [-width, width]) {
      const from = left + shift, to = right + shift;
      if (from < 0 || from >= taken.length) continue;
      for (let other = from, inside = false; other < to; other++) {
        const good = alike(other);
        if (good && !inside) waiting.push(other);
        inside = good;
      }
    }
  }
  return maskOfBytes(taken, width, height);
}

/** The pixels that are 1. */
export function maskOfBytes(bytes: Uint8Array, width: number, height: number): Mask {
  const gatherer = new RunGatherer({ width, height });
  for (let i = bytes.indexOf(1); i >= 0;) {
    const end = bytes.indexOf(0, i), to = end < 0 ? bytes.length : end;
    gatherer.add(i, to);
    i = end < 0 ? -1 : bytes.indexOf(1, to);
  }
  return gatherer.mask();
}
