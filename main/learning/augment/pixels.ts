// Pixels as the augmentations see them.

/** Row-major, channels interleaved: [height, width, channels], 8 bits. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Bytes are clamped and rounded by Uint8ClampedArray's own rule (halves to even), without a branch per pixel. */
export function clamped(length: number): { readonly values: Uint8ClampedArray; readonly bytes: Uint8Array } {
  const values = new Uint8ClampedArray(length);
  return { values, bytes: new Uint8Array(values.buffer) };
}
