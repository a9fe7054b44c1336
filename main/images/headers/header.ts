// What the header of a picture file tells before a pixel is decoded, and a reader that notices the end of the file.
import type { Format } from '../picture.ts';
import { maximumPixels } from '../picture.ts';
import { corrupt, tooManyPixels, truncated } from '../refusals.ts';

export interface Header {
  readonly format: Format;
  /** As stored, before `orientation`. */
  readonly width: number;
  readonly height: number;
  /** EXIF's: 1 upright, 2 mirrored, 3 turned by 180 degrees, ... 8. */
  readonly orientation: number;
  /** Palettes and YCbCr count as RGB: decoders resolve them. */
  readonly color: 'grey' | 'rgb' | 'cmyk';
  readonly alpha: boolean;
  readonly bitDepth: 8 | 16;
  /** Pictures in the file: pages or frames. */
  readonly frames: number;
  /** Millimetres per pixel, [row, column], as stored; null when the file does not tell. */
  readonly pixelSpacing: readonly [number, number] | null;
}

/** Refuses a size as soon as it is known: before the rest of the file is looked at, and long before pixels are allocated. */
export function checkSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw corrupt(`${width} x ${height} pixels`);
  if (width * height > maximumPixels) throw tooManyPixels(width, height);
}

/** Bytes with a length: reading beyond it says that the picture is truncated. */
export interface Reader {
  readonly length: number;
  byte(offset: number): number;
  /** Big-endian unless `little`. */
  word(offset: number, little?: boolean): number;
  long(offset: number, little?: boolean): number;
  /** 64 bit; beyond 2^53 it is no offset in any file, so the precision lost there does not matter. */
  longLong(offset: number, little?: boolean): number;
  text(offset: number, length: number): string;
}

export function readerOf(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const within = (offset: number, size: number) => {
    if (offset < 0 || offset + size > bytes.length) throw truncated();
    return offset;
  };
  return {
    length: bytes.length,
    byte: (offset) => view.getUint8(within(offset, 1)),
    word: (offset, little = false) => view.getUint16(within(offset, 2), little),
    long: (offset, little = false) => view.getUint32(within(offset, 4), little),
    longLong: (offset, little = false) => Number(view.getBigUint64(within(offset, 8), little)),
    text: (offset, length) => Buffer.from(bytes.buffer, bytes.byteOffset + within(offset, length), length).toString('latin1'),
  };
}
