// A picture while it is being stained: amounts of dye per pixel, and which cell a pixel belongs to.
import type { Stream } from '../random.ts';
import type { Noise } from './noise.ts';
import type { Disc } from './shapes.ts';
import type { Dyes } from './stain.ts';

/** Pictures are squares of this many pixels. */
export const side = 256;

export interface Scene extends Dyes {
  /** 0 background, 1 the white cell, 2 and up the red cells. */
  readonly instances: Uint8Array;
  readonly draw: Stream;
  readonly noise: Noise;
  /** Place in the noise that is this picture's own. */
  readonly place: number;
}

export function emptyScene(draw: Stream, noise: Noise): Scene {
  const plane = () => new Float32Array(side * side);
  return { eosin: plane(), azure: plane(), orange: plane(), instances: new Uint8Array(side * side), draw, noise, place: draw.integer(0, 2 ** 20) };
}

export const smoothStep = (t: number) => (t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t));

/** Share of a pixel inside an edge that is `softness` pixels wide. */
export const inside = (distance: number, softness = 1.4) => smoothStep(0.5 - distance / softness);

/** Visits the pixels of a disc's surroundings that lie in the picture. */
export function eachPixel({ x: cx, y: cy, radius }: Disc, visit: (index: number, x: number, y: number) => void): void {
  const reach = radius * 1.35 + 4;
  for (let y = Math.max(0, Math.floor(cy - reach)), bottom = Math.min(side - 1, Math.ceil(cy + reach)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)), right = Math.min(side - 1, Math.ceil(cx + reach)); x <= right; x++) visit(y * side + x, x, y);
  }
}
