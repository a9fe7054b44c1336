// Which object each pixel of a picture belongs to: what a map that weighs the gaps between objects is made from.
import type { Mask } from '#contract/geometry.ts';
import { components, encode, ignored } from '../../masks/index.ts';
import type { LabelMap } from '../../masks/index.ts';
import { eachStretch } from '#contract/masks/runs.ts';
import { scaledLabels } from './scaled.ts';

/**
 * Number of the object of each pixel, from 1; 0 = none, or nobody knows.
 * @param objects as they were drawn, a later one over an earlier one, in the order in which their classes were put into the labels; null = nobody told them apart, and parts of one class that touch by their sides are objects
 */
export function objectNumbers({ width, height, labels }: LabelMap, objects: readonly Mask[] | null): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(width * height);
  (objects ?? parts({ width, height, labels })).forEach((mask, index) => eachStretch(mask, (from, to) => { numbers.fill(index + 1, from, to); }));
  labels.forEach((label, i) => { if (label === 0 || label === ignored) numbers[i] = 0; });
  return numbers;
}

function parts({ width, height, labels }: LabelMap): Mask[] {
  const classes = [...new Set(labels)].filter((label) => label !== 0 && label !== ignored);
  return classes.flatMap((label) => components(encode(labels.map((value) => (value === label ? 1 : 0)), width, height), 4));
}

/** Numbers at the size of a scaled picture: the nearest pixel's, as for labels. */
export function scaledNumbers(numbers: Uint32Array, from: { readonly width: number; readonly height: number }, to: { readonly width: number; readonly height: number }): Uint32Array {
  if (from.width === to.width && from.height === to.height) return numbers;
  // Byte by byte: what scales labels takes one.
  const [low, middle, high] = [0, 8, 16].map((shift) => scaledLabels({ ...from, labels: Uint8Array.from(numbers, (number) => (number >>> shift) & 255) }, to)) as [Uint8Array, Uint8Array, Uint8Array]; // three in, three out
  return Uint32Array.from(low, (byte, i) => byte + 256 * middle[i]! + 65536 * high[i]!);
}

/**
 * The labels with a line of background, one pixel wide, between objects of one class that touch by a side or a corner, so that there is something to learn that keeps them apart.
 * Of two objects that meet the one with the lower number gives way. Ronneberger, Fischer, Brox 2015: "the separating background labels between touching cells".
 */
export function parted(labels: Uint8Array, numbers: Uint32Array, width: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(labels), height = labels.length / width;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (numbers[i] !== 0 && meetsHigher(i, x, y)) out[i] = 0;
    }
  }
  return out;

  function meetsHigher(i: number, x: number, y: number): boolean {
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const j = ny * width + nx;
        if (numbers[j]! > numbers[i]! && labels[j] === labels[i]) return true;
      }
    }
    return false;
  }
}
