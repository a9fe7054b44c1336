// What a decoded picture is, and the formats that one can come from.

/** Formats that are read. Everything else is refused by name, or as no picture at all. */
export type Format = 'jpeg' | 'png' | 'webp' | 'bmp' | 'gif' | 'tiff';

/** Pixels of an upright picture: row-major, channels interleaved ([height, width, channels]), alpha already laid over white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16;
  /** Uint16Array exactly when bitDepth is 16. */
  readonly data: Uint8Array | Uint16Array;
}

/** A picture with 8 bits per channel. */
export interface Picture8 extends Picture {
  readonly bitDepth: 8;
  readonly data: Uint8Array;
}

/** Most pixels that one picture may have: 16,383 squared, about 268 million. */
export const maximumPixels = 16383 ** 2;

/** Most bytes that one file may have: larger ones cannot be held in one piece. */
export const maximumBytes = 2 ** 31 - 1;
