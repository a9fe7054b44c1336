// Pictures for the eye: thumbnails, and what a screen shows large. Nothing of the original's metadata is in them.
import { eightBits } from './channels.ts';
import { decodeWithin, encodeJpeg, encodePng, encodeWebp } from './decode.ts';
import { formatOf } from './format.ts';
import type { Format, Picture8 } from './picture.ts';
import { resize, wholeAt } from './resize.ts';

export interface Rendering { readonly bytes: Uint8Array; readonly type: 'image/png' | 'image/jpeg' | 'image/webp' }

/** A small WebP whose longer side is at most `side` pixels. */
export async function thumbnail(bytes: Uint8Array, side: number): Promise<Rendering> {
  return { bytes: await encodeWebp(await fit(bytes, side), 80), type: 'image/webp' };
}

/** Formats whose pixels are lossy already, so that a JPEG of high quality takes nothing away that the eye or a brush could miss. */
const lossy: ReadonlySet<Format> = new Set(['jpeg', 'webp']);

/**
 * A picture to show large.
 * @param side longest side in pixels; null = full size
 * @returns PNG with exact pixels for lossless formats, else JPEG
 */
export async function render(bytes: Uint8Array, side: number | null): Promise<Rendering> {
  const picture = await fit(bytes, side);
  return lossy.has(formatOf(bytes)) ? { bytes: await encodeJpeg(picture, 92), type: 'image/jpeg' } : { bytes: await encodePng(picture), type: 'image/png' };
}

async function fit(bytes: Uint8Array, side: number | null): Promise<Picture8> {
  const picture = eightBits(await decodeWithin(bytes, side));
  const scale = side === null ? 1 : side / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const width = Math.max(1, Math.round(picture.width * scale)), height = Math.max(1, Math.round(picture.height * scale));
  return { ...picture, width, height, data: resize(picture, wholeAt(height, width), 'bicubic') };
}
