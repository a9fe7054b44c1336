// Pictures for the eye: thumbnails, and what a screen shows large. Nothing of the original's metadata is in them.
import type { ValueWindow } from '#contract/picture-window.ts';
import { eightBits, valuesOf, windowed } from './channels.ts';
import { decodeWithin, encodeJpeg, encodePng, encodeWebp } from './decode.ts';
import { formatOf } from './format.ts';
import type { Format, Picture8 } from './picture.ts';
import { resize, wholeAt } from './resize.ts';

export interface Rendering {
  readonly bytes: Uint8Array;
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  /** The smallest and the largest number of the original, where it has 16 bits and was read for this. */
  readonly values?: ValueWindow;
}

/** A small WebP whose longer side is at most `side` pixels. */
export async function thumbnail(bytes: Uint8Array, side: number): Promise<Rendering> {
  return { bytes: await encodeWebp((await fit(bytes, side, null)).picture, 80), type: 'image/webp' };
}

/** Formats whose pixels are lossy already, so that a JPEG of high quality takes nothing away that the eye or a brush could miss. */
const lossy: ReadonlySet<Format> = new Set(['jpeg', 'webp']);

/**
 * A picture to show large.
 * @param side longest side in pixels; null = full size
 * @param window what is shown from black to white, taken from the original's own numbers; null = all of them
 * @returns PNG with exact pixels for lossless formats and for a window, which would make the losses of a JPEG seen, else JPEG
 */
export async function render(bytes: Uint8Array, side: number | null, window: ValueWindow | null = null): Promise<Rendering> {
  const { picture, values } = await fit(bytes, side, window);
  const drawn: Rendering = window === null && lossy.has(formatOf(bytes)) ? { bytes: await encodeJpeg(picture, 92), type: 'image/jpeg' } : { bytes: await encodePng(picture), type: 'image/png' };
  return values === null ? drawn : { ...drawn, values };
}

/** `values`: those of an original with 16 bits. */
async function fit(bytes: Uint8Array, side: number | null, window: ValueWindow | null): Promise<{ readonly picture: Picture8; readonly values: ValueWindow | null }> {
  const original = await decodeWithin(bytes, side);
  const values = original.bitDepth === 16 ? valuesOf(original.data) : null;
  const shown = window ?? values;
  return { picture: scaled(shown === null ? eightBits(original) : windowed(original, shown), side), values };
}

/** Scaled down until its longer side is `side`. */
function scaled(picture: Picture8, side: number | null): Picture8 {
  const scale = side === null ? 1 : side / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const width = Math.max(1, Math.round(picture.width * scale)), height = Math.max(1, Math.round(picture.height * scale));
  return { ...picture, width, height, data: resize(picture, wholeAt(height, width), 'bicubic') };
}
