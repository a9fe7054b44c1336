// The facts of a picture file from its header, and every refusal that needs no decoding.
import { assertNever } from '#contract/errors.ts';
import { formatOf } from './format.ts';
import { readBitmapHeader } from './headers/bmp.ts';
import { readGifHeader } from './headers/gif.ts';
import type { Header } from './headers/header.ts';
import { readJpegHeader } from './headers/jpeg.ts';
import { readPngHeader } from './headers/png.ts';
import { readTiffHeader } from './headers/tiff.ts';
import { readWebpHeader } from './headers/webp.ts';
import { maximumBytes, type Format } from './picture.ts';
import { tooManyBytes } from './refusals.ts';

/** A picture as it will be seen: upright, palettes and CMYK as RGB. */
export interface Description {
  readonly format: Format;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour; one more with transparency. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly bitDepth: 8 | 16;
  /** Which picture of the file is read: always the first. */
  readonly frame: number;
  readonly frames: number;
  /** Millimetres per pixel, [row, column]. */
  readonly pixelSpacing: readonly [number, number] | null;
}

/**
 * Facts of a picture, before anything of its size is allocated.
 * @throws StudioError `unreadable`: empty, no picture, not read yet, truncated, corrupt, or too large
 */
export function describe(bytes: Uint8Array): Description {
  const header = readHeader(bytes);
  const turned = header.orientation >= 5;
  const [width, height] = turned ? [header.height, header.width] : [header.width, header.height];
  const spacing = header.pixelSpacing;
  const channels = header.color === 'grey' ? (header.alpha ? 2 : 1) : header.alpha ? 4 : 3;
  return { format: header.format, width, height, channels, bitDepth: header.bitDepth, frame: 0, frames: header.frames, pixelSpacing: turned && spacing ? [spacing[1], spacing[0]] : spacing };
}

/** The header of a picture whose size is within the limits. */
export function readHeader(bytes: Uint8Array): Header {
  if (bytes.length > maximumBytes) throw tooManyBytes(bytes.length);
  return readAs(formatOf(bytes), bytes);
}

function readAs(format: Format, bytes: Uint8Array): Header {
  switch (format) {
    case 'jpeg': return readJpegHeader(bytes);
    case 'png': return readPngHeader(bytes);
    case 'webp': return readWebpHeader(bytes);
    case 'gif': return readGifHeader(bytes);
    case 'bmp': return readBitmapHeader(bytes);
    case 'tiff': return readTiffHeader(bytes);
    default: return assertNever(format);
  }
}
