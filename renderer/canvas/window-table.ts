// Window and level as a table for an SVG filter: grey value in, grey value out, display only.

/** Steps of the table; the browser interpolates between them. */
const STEPS = 64;

/**
 * The curve of a window: `width` grey values around `level` (0..255) become black to white, bent by `gamma`.
 * @returns STEPS + 1 values in 0..1 for inputs 0..1 at equal distances
 */
export function windowTable({ width, level, gamma }: { readonly width: number; readonly level: number; readonly gamma: number }): number[] {
  const low = level - width / 2;
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = Math.min(1, Math.max(0, ((step / STEPS) * 255 - low) / Math.max(1, width)));
    return Number((share ** (1 / gamma)).toFixed(4));
  });
}

/** Counts of grey values in `bins` equal steps, from RGBA bytes. */
export function histogram(pixels: Uint8ClampedArray, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let at = 0; at + 2 < pixels.length; at += 4) {
    // Rec. 709 luma
    const grey = 0.2126 * pixels[at]! + 0.7152 * pixels[at + 1]! + 0.0722 * pixels[at + 2]!;
    counts[Math.min(bins - 1, Math.floor((grey / 256) * bins))]! += 1;
  }
  return counts;
}
