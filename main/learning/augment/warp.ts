// Mirror, rotate, cut out and resize in one step: each pixel of the result is sampled once from the original.
import { clamped } from './pixels.ts';
import type { Pixels } from './pixels.ts';
import type { Change } from './draw.ts';

type Geometry = Pick<Change, 'mirrored' | 'upsideDown' | 'angle' | 'crop'>;

/**
 * The part of a picture that a change keeps, at a new size, by bilinear sampling between pixel centres.
 * Outside of the picture its mirror image continues. Meant for factors near 1: it does not average when it shrinks.
 */
export function warp({ width, height, channels, data }: Pixels, { mirrored, upsideDown, angle, crop }: Geometry, size: readonly [height: number, width: number]): Pixels {
  const [outHeight, outWidth] = size;
  const { values, bytes } = clamped(outHeight * outWidth * channels);
  // Original pixels per pixel of the result, mirrored axes running backwards.
  const scaleX = ((crop.width * width) / outWidth) * (mirrored ? -1 : 1), scaleY = ((crop.height * height) / outHeight) * (upsideDown ? -1 : 1);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const centreX = crop.x * width - 0.5, centreY = crop.y * height - 0.5;
  for (let y = 0, at = 0; y < outHeight; y++) {
    const dy = (y + 0.5 - outHeight / 2) * scaleY;
    for (let x = 0; x < outWidth; x++, at += channels) {
      const dx = (x + 0.5 - outWidth / 2) * scaleX;
      const sourceX = centreX + cos * dx - sin * dy, sourceY = centreY + sin * dx + cos * dy;
      const left = Math.floor(sourceX), top = Math.floor(sourceY);
      const right = sourceX - left, down = sourceY - top;
      const x0 = reflect(left, width) * channels, x1 = reflect(left + 1, width) * channels;
      const y0 = reflect(top, height) * width * channels, y1 = reflect(top + 1, height) * width * channels;
      const w00 = (1 - right) * (1 - down), w01 = right * (1 - down), w10 = (1 - right) * down, w11 = right * down;
      for (let c = 0; c < channels; c++) {
        values[at + c] = w00 * data[y0 + x0 + c]! + w01 * data[y0 + x1 + c]! + w10 * data[y1 + x0 + c]! + w11 * data[y1 + x1 + c]!;
      }
    }
  }
  return { width: outWidth, height: outHeight, channels, data: bytes };
}

/** Index into 0 .. length-1, going back and forth beyond the ends; the edge pixel counts twice. */
function reflect(index: number, length: number): number {
  if (index >= 0 && index < length) return index;
  const turn = ((index % (2 * length)) + 2 * length) % (2 * length);
  return turn < length ? turn : 2 * length - 1 - turn;
}
