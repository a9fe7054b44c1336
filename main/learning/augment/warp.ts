// Mirror, rotate, bend, cut out and resize in one step: each pixel of the result is sampled once from the original.
import { displacements } from './elastic.ts';
import { clamped } from './pixels.ts';
import type { Pixels } from './pixels.ts';
import type { Change } from './draw.ts';

type Geometry = Pick<Change, 'mirrored' | 'upsideDown' | 'angle' | 'crop' | 'elastic'>;
type Size = readonly [height: number, width: number];
interface Extent { readonly width: number; readonly height: number }

/**
 * The part of a picture that a change keeps, at a new size, by bilinear sampling between pixel centres.
 * Outside of the picture its mirror image continues. Meant for factors near 1: it does not average when it shrinks.
 */
export function warp({ width, height, channels, data }: Pixels, geometry: Geometry, size: Size): Pixels {
  const [outHeight, outWidth] = size;
  const { values, bytes } = clamped(outHeight * outWidth * channels);
  eachSource({ width, height }, geometry, size, (pixel, sourceX, sourceY) => {
    const left = Math.floor(sourceX), top = Math.floor(sourceY), at = pixel * channels;
    const right = sourceX - left, down = sourceY - top;
    const x0 = reflect(left, width) * channels, x1 = reflect(left + 1, width) * channels;
    const y0 = reflect(top, height) * width * channels, y1 = reflect(top + 1, height) * width * channels;
    const w00 = (1 - right) * (1 - down), w01 = right * (1 - down), w10 = (1 - right) * down, w11 = right * down;
    for (let c = 0; c < channels; c++) {
      values[at + c] = w00 * data[y0 + x0 + c]! + w01 * data[y0 + x1 + c]! + w10 * data[y1 + x0 + c]! + w11 * data[y1 + x1 + c]!;
    }
  });
  return { width: outWidth, height: outHeight, channels, data: bytes };
}

/**
 * The same change of one number per pixel that names something, such as a class: the nearest pixel's.
 * @param outside what lies beyond the picture; none = its mirror image, as for the picture itself
 */
export function warpLabels(labels: Uint8Array, extent: Extent, geometry: Geometry, size: Size, outside?: number): Uint8Array {
  const out = new Uint8Array(size[0] * size[1]);
  warpNumbers(out, labels, extent, geometry, size, outside);
  return out;
}

/** As `warpLabels`, for any numbers that go with the labels, into a place of their own. */
export function warpNumbers<T extends Uint8Array | Float32Array>(out: T, numbers: T, extent: Extent, geometry: Geometry, size: Size, outside?: number): void {
  const { width, height } = extent;
  eachSource(extent, geometry, size, (pixel, sourceX, sourceY) => {
    const x = Math.round(sourceX), y = Math.round(sourceY);
    const beyond = x < 0 || y < 0 || x >= width || y >= height;
    out[pixel] = beyond && outside !== undefined ? outside : numbers[reflect(y, height) * width + reflect(x, width)]!;
  });
}

/** Visits the pixels of the result with the place in the original, in pixels from the centre of its first one, that each is taken from. */
function eachSource({ width, height }: Extent, { mirrored, upsideDown, angle, crop, elastic }: Geometry, size: Size, visit: (pixel: number, sourceX: number, sourceY: number) => void): void {
  const [outHeight, outWidth] = size;
  // Original pixels per pixel of the result, mirrored axes running backwards.
  const scaleX = ((crop.width * width) / outWidth) * (mirrored ? -1 : 1), scaleY = ((crop.height * height) / outHeight) * (upsideDown ? -1 : 1);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const centreX = crop.x * width - 0.5, centreY = crop.y * height - 0.5;
  const bent = elastic ? displacements(elastic, size) : null;
  for (let y = 0, pixel = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++, pixel++) {
      const dx = (x + 0.5 - outWidth / 2 + (bent ? bent.x[pixel]! : 0)) * scaleX, dy = (y + 0.5 - outHeight / 2 + (bent ? bent.y[pixel]! : 0)) * scaleY;
      visit(pixel, centreX + cos * dx - sin * dy, centreY + sin * dx + cos * dy);
    }
  }
}

/** Index into 0 .. length-1, going back and forth beyond the ends; the edge pixel counts twice. */
function reflect(index: number, length: number): number {
  if (index >= 0 && index < length) return index;
  const turn = ((index % (2 * length)) + 2 * length) % (2 * length);
  return turn < length ? turn : 2 * length - 1 - turn;
}
