// What one pull of a brush covers, pixel by pixel, while it is being pulled: only the pixels around the pointer are touched.
import type { Mask } from '#contract/geometry.ts';
import { RunGatherer } from '#contract/masks/runs.ts';
import { around } from '../canvas/rectangle.ts';
import type { Rectangle } from '../canvas/rectangle.ts';
import type { Point, Size } from '../canvas/viewport.ts';

export class Stroke {
  readonly width: number;
  readonly height: number;
  /** One byte per pixel of the picture, row by row: 1 where the brush was. */
  readonly bits: Uint8Array;
  /** What holds every pixel that was covered; null = none yet. */
  rectangle: Rectangle | null = null;

  constructor({ width, height }: Size) {
    this.width = width;
    this.height = height;
    this.bits = new Uint8Array(width * height);
  }

  /**
   * Covers the pixels whose centres lie within `radius` of the way from one point to the next, so that fast strokes have no gaps.
   * @param allowed asked for each pixel, by its index; none = every pixel
   * @returns what has been touched, or null beside the picture
   */
  stamp(from: Point, to: Point, radius: number, allowed?: (pixel: number) => boolean): Rectangle | null {
    const { width, height, bits } = this, reach = Math.max(radius, 0.5);
    const x1 = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach)), x2 = Math.min(width, Math.ceil(Math.max(from.x, to.x) + reach));
    const y1 = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach)), y2 = Math.min(height, Math.ceil(Math.max(from.y, to.y) + reach));
    if (x1 >= x2 || y1 >= y2) return null;
    const dx = to.x - from.x, dy = to.y - from.y, length = dx * dx + dy * dy, most = reach * reach;
    // A brush of one pixel covers the pixel that the pointer is in.
    const fine = radius <= 0.5;
    for (let y = y1; y < y2; y++) {
      for (let x = x1, pixel = y * width + x1; x < x2; x++, pixel++) {
        const px = x + 0.5 - from.x, py = y + 0.5 - from.y, along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
        const offX = px - along * dx, offY = py - along * dy;
        const within = fine ? Math.abs(offX) <= 0.5 && Math.abs(offY) <= 0.5 : offX * offX + offY * offY <= most;
        if (within && (allowed === undefined || allowed(pixel))) bits[pixel] = 1;
      }
    }
    const touched = { x1, y1, x2, y2 };
    this.rectangle = around(this.rectangle, touched);
    return touched;
  }

  /** Covers single pixels, by their indices. @returns what has been touched */
  coverPixels(pixels: Uint32Array): Rectangle | null {
    let touched: Rectangle | null = null;
    for (const pixel of pixels) {
      const x = pixel % this.width, y = (pixel - x) / this.width;
      this.bits[pixel] = 1;
      touched = around(touched, { x1: x, y1: y, x2: x + 1, y2: y + 1 });
    }
    this.rectangle = around(this.rectangle, touched);
    return touched;
  }

  /** What is covered, as run lengths. */
  mask(): Mask {
    const gatherer = new RunGatherer(this);
    if (this.rectangle) {
      // Outside the rectangle nothing is covered.
      const first = this.rectangle.y1 * this.width, rows = this.bits.subarray(first, this.rectangle.y2 * this.width);
      for (let from = rows.indexOf(1); from >= 0;) {
        const next = rows.indexOf(0, from), to = next < 0 ? rows.length : next;
        gatherer.add(first + from, first + to);
        from = rows.indexOf(1, to);
      }
    }
    return gatherer.mask();
  }

  /** Empty again. @returns what had been touched */
  clear(): Rectangle | null {
    const { rectangle } = this;
    if (rectangle) for (let y = rectangle.y1; y < rectangle.y2; y++) this.bits.fill(0, y * this.width + rectangle.x1, y * this.width + rectangle.x2);
    this.rectangle = null;
    return rectangle;
  }
}
