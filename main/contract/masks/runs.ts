// Run lengths of a binary mask: made from pixels and from stretches of pixels, and read back. Canonical: only the first run may be empty.
import type { Box, Mask } from '../geometry.ts';

export interface Extent { readonly width: number; readonly height: number }

/** Gathers stretches of foreground in ascending order and gives the mask that they make. */
export class RunGatherer {
  readonly #extent: Extent;
  readonly #runs: number[] = [];
  #end = 0;

  constructor(extent: Extent) {
    this.#extent = extent;
  }

  /** Pixels `from` up to, not including, `to`, counted along the rows. Stretches may touch or overlap the one before, but not begin before it. */
  add(from: number, to: number): void {
    if (to <= from) return;
    const { length } = this.#runs;
    if (length > 0 && from <= this.#end) this.#runs[length - 1]! += Math.max(0, to - this.#end);
    else this.#runs.push(from - this.#end, to - from);
    this.#end = Math.max(this.#end, to);
  }

  mask(): Mask {
    const { width, height } = this.#extent, rest = width * height - this.#end;
    return { shape: 'mask', width, height, runs: rest > 0 ? [...this.#runs, rest] : this.#runs };
  }
}

/** A mask without a pixel. */
export function emptyMask({ width, height }: Extent): Mask {
  return { shape: 'mask', width, height, runs: [width * height] };
}

/** @param bits one number per pixel, row by row; everything but 0 is foreground */
export function encode(bits: ArrayLike<number>, width: number, height: number): Mask {
  if (bits.length !== width * height) throw new Error(`${bits.length} pixels are not ${width} x ${height}`);
  const runs: number[] = [];
  let start = 0, foreground = false;
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i] !== 0) === foreground) continue;
    runs.push(i - start);
    start = i;
    foreground = !foreground;
  }
  runs.push(bits.length - start);
  return { shape: 'mask', width, height, runs };
}

/** One byte per pixel, row by row: 0 or 1. */
export function decode(mask: Mask): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(mask.width * mask.height);
  eachStretch(mask, (from, to) => { bits.fill(1, from, to); });
  return bits;
}

/** Visits the stretches of foreground in ascending order; `to` is not included. A stretch may go on over the ends of rows. */
export function eachStretch({ runs }: Mask, visit: (from: number, to: number) => void): void {
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const next = at + runs[i]!;
    if (i % 2 === 1 && next > at) visit(at, next);
    at = next;
  }
}

/** Visits the foreground row by row: columns `from` up to, not including, `to` of row `y`. */
export function eachRowStretch(mask: Mask, visit: (y: number, from: number, to: number) => void): void {
  const { width } = mask;
  eachStretch(mask, (from, to) => {
    for (let start = from; start < to;) {
      const y = Math.floor(start / width), end = Math.min(to, (y + 1) * width);
      visit(y, start - y * width, end - y * width);
      start = end;
    }
  });
}

/** Pixels that the mask covers. */
export function area({ runs }: Mask): number {
  let sum = 0;
  for (let i = 1; i < runs.length; i += 2) sum += runs[i]!;
  return sum;
}

/** Gathers stretches of pixels and gives the smallest box around them. */
export class BoundsGatherer {
  readonly #width: number;
  #x1 = Infinity;
  #y1 = Infinity;
  #x2 = -Infinity;
  #y2 = -Infinity;

  constructor(width: number) {
    this.#width = width;
  }

  /** Pixels `from` up to, not including, `to`, counted along the rows. */
  add(from: number, to: number): void {
    const width = this.#width, top = Math.floor(from / width), bottom = Math.floor((to - 1) / width);
    this.#y1 = Math.min(this.#y1, top);
    this.#y2 = Math.max(this.#y2, bottom + 1);
    this.#x1 = Math.min(this.#x1, top === bottom ? from - top * width : 0);
    this.#x2 = Math.max(this.#x2, top === bottom ? to - top * width : width);
  }

  /** Null when nothing was gathered. */
  box(): Box | null {
    return this.#x2 > this.#x1 ? { shape: 'box', x1: this.#x1, y1: this.#y1, x2: this.#x2, y2: this.#y2 } : null;
  }
}

/** The smallest box around the foreground; null for a mask without a pixel. */
export function bounds(mask: Mask): Box | null {
  const gatherer = new BoundsGatherer(mask.width);
  eachStretch(mask, (from, to) => { gatherer.add(from, to); });
  return gatherer.box();
}

/** Whether the pixel in column x of row y is foreground; beside the picture nothing is. */
export function covers({ width, height, runs }: Mask, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= width || y >= height) return false;
  const pixel = y * width + x;
  let at = 0, i = 0;
  while (i < runs.length && at + runs[i]! <= pixel) at += runs[i++]!;
  return i % 2 === 1;
}

/** Whether the mask has no pixel. */
export function isEmpty({ runs }: Mask): boolean {
  for (let i = 1; i < runs.length; i += 2) if (runs[i]! > 0) return false;
  return true;
}

/** Whether two masks of the same picture cover the same pixels. */
export function sameMask(a: Mask, b: Mask): boolean {
  return a.width === b.width && a.height === b.height && a.runs.length === b.runs.length && a.runs.every((run, i) => run === b.runs[i]);
}
