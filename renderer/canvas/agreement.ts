// A prediction laid over its reference as pixels of the view: what both say, what only the model says, what it missed; told apart by colour and by pattern.
import type { Mask } from '#contract/geometry.ts';
import { eachStretch } from '#contract/masks/runs.ts';
import { byteReaching } from '#contract/masks/threshold.ts';
import type { Viewport } from './viewport.ts';

/** What of a picture is compared: one byte per pixel, sums of the parts below. */
export interface AgreementMap { readonly width: number; readonly height: number; readonly parts: Uint8Array }
export const REFERENCE = 1, PREDICTED = 2, OPEN = 4;

/** Pixels of a class on both sides. @param predicted a mask, or one byte per pixel: 1 or 0 */
export function agreementMap(reference: Mask, predicted: Mask | Uint8Array, open: Mask): AgreementMap {
  const { width, height } = reference, parts = new Uint8Array(width * height);
  const mark = (mask: Mask, part: number) => eachStretch(mask, (from, to) => { for (let i = from; i < to; i++) parts[i]! |= part; });
  mark(reference, REFERENCE);
  if (predicted instanceof Uint8Array) predicted.forEach((is, i) => { if (is) parts[i]! |= PREDICTED; });
  else mark(predicted, PREDICTED);
  mark(open, OPEN);
  return { width, height, parts };
}

export interface AgreementCounts { readonly both: number; readonly missed: number; readonly extra: number; /** 2 both / (reference + predicted); 1 where both are empty. */ readonly dice: number }

/** Pixels that are left open count for neither side. */
export function countAgreement({ parts }: AgreementMap): AgreementCounts {
  const counts = new Uint32Array(8);
  for (const part of parts) counts[part]!++;
  const both = counts[REFERENCE | PREDICTED]!, missed = counts[REFERENCE]!, extra = counts[PREDICTED]!, all = 2 * both + missed + extra;
  return { both, missed, extra, dice: all === 0 ? 1 : (2 * both) / all };
}

/** Pixels whose probability reaches a threshold: 1 or 0. */
export function reaching(probability: Uint8Array, threshold: number): Uint8Array {
  const from = byteReaching(threshold);
  return probability.map((value) => Number(value >= from));
}

type Color = readonly [red: number, green: number, blue: number];
/** Blue, orange and a light cyan stay apart for every kind of colour vision, and on stained tissue. */
export const agreementColors: Readonly<Record<'both' | 'extra' | 'missed', Color>> = { both: [96, 150, 255], extra: [255, 153, 0], missed: [174, 239, 253] };

/** Opacities: of what both say, of the ground of a pattern, of its lines. */
const PLAIN = 0.34, GROUND = 0.3, LINE = 0.95;
/** Pixels of the view from line to line, and between the middles of dots. */
const STRIPE = 7, DOT = 6;

/**
 * Draws over all of a view. Stripes and dots are of the view's pixels, so that they stay readable at every zoom.
 * @param pixels RGBA, height rows of width
 */
export function paintAgreement(pixels: Uint8ClampedArray, width: number, height: number, { zoom, x: left, y: top }: Viewport, map: AgreementMap): void {
  pixels.fill(0);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor((y + 0.5 - top) / zoom);
    for (let x = 0; x < width; x++, at += 4) {
      const column = Math.floor((x + 0.5 - left) / zoom);
      if (row < 0 || column < 0 || row >= map.height || column >= map.width) continue;
      const part = map.parts[row * map.width + column]!;
      if (part === 0) continue;
      if (part & OPEN) {
        // Left open: a grey screen.
        if ((x + y) % 2 === 0) pixels.set([160, 160, 160, 110], at);
        continue;
      }
      const kind = part === (REFERENCE | PREDICTED) ? 'both' : part === PREDICTED ? 'extra' : 'missed';
      const marked = kind === 'extra' ? (x + y) % STRIPE < 2 : kind === 'missed' && Math.hypot(x % DOT - 2.5, y % DOT - 2.5) < 1.7;
      const [red, green, blue] = agreementColors[kind];
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 255 * (kind === 'both' ? PLAIN : marked ? LINE : GROUND);
    }
  }
}
