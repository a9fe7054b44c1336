// Decodes Windows bitmaps: sharp's prebuilt libvips has no decoder for them.
import { readBitmapHeader, type BitmapHeader } from './headers/bmp.ts';
import { corrupt, truncated } from './refusals.ts';

/** Pixels as stored, top row first: RGB, or RGBA where the file has an alpha mask. */
export interface Bitmap { readonly width: number; readonly height: number; readonly channels: 3 | 4; readonly data: Uint8Array }

/** @throws StudioError `unreadable` when the file is truncated or of a kind that is not read */
export function decodeBitmap(bytes: Uint8Array): Bitmap {
  const header = readBitmapHeader(bytes);
  const channels = header.alpha ? 4 : 3;
  const data = new Uint8Array(header.width * header.height * channels);
  if (header.bits > 8) readDirect(bytes, header, data);
  else {
    const indices = header.runLength === 0 ? unpackIndices(bytes, header) : expandRuns(bytes, header);
    colour(bytes, header, indices, data);
  }
  return { width: header.width, height: header.height, channels, data };
}

/** Offset of stored row `y`, counted from the top of the picture. */
function rowStart({ bottomUp, height, width, bits, pixels }: BitmapHeader, y: number): number {
  return pixels + (bottomUp ? height - 1 - y : y) * Math.ceil(width * bits / 32) * 4;
}

function readDirect(bytes: Uint8Array, header: BitmapHeader, out: Uint8Array): void {
  const { width, height, bits, masks } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = masks.slice(0, header.alpha ? 4 : 3).map((mask) => channelOf(mask >>> 0));
  for (let y = 0, to = 0; y < height; y++) {
    let at = rowStart(header, y);
    for (let x = 0; x < width; x++, at += bits / 8) {
      if (bits === 24) {
        out[to++] = bytes[at + 2]!; out[to++] = bytes[at + 1]!; out[to++] = bytes[at]!;
        continue;
      }
      const pixel = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
      for (const { mask, shift, scale } of channels) out[to++] = Math.round(((pixel & mask) >>> shift) * scale);
    }
  }
}

/** How a channel's bits become 0..255. */
function channelOf(mask: number): { readonly mask: number; readonly shift: number; readonly scale: number } {
  if (mask === 0) return { mask, shift: 0, scale: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  return { mask, shift, scale: 255 / (mask >>> shift) };
}

function unpackIndices(bytes: Uint8Array, header: BitmapHeader): Uint8Array {
  const { width, height, bits } = header;
  const out = new Uint8Array(width * height), perByte = 8 / bits, mask = 2 ** bits - 1;
  for (let y = 0, to = 0; y < height; y++) {
    const at = rowStart(header, y);
    for (let x = 0; x < width; x++) out[to++] = (bytes[at + Math.floor(x / perByte)]! >> (8 - bits * (1 + x % perByte))) & mask;
  }
  return out;
}

/** RLE8 and RLE4: (count, value), or 0 and then 0 = end of row, 1 = end of picture, 2 = move, n = n literal pixels padded to 16 bits. */
function expandRuns(bytes: Uint8Array, { width, height, runLength, pixels, bottomUp }: BitmapHeader): Uint8Array {
  const out = new Uint8Array(width * height);
  let at = pixels, x = 0, row = 0;
  const next = () => {
    if (at >= bytes.length) throw truncated();
    return bytes[at++]!;
  };
  const put = (index: number) => {
    if (x >= width || row >= height) throw corrupt('a run leaves the picture');
    out[(bottomUp ? height - 1 - row : row) * width + x++] = index;
  };
  while (row < height) {
    const count = next(), value = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) put(runLength === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === 0) {
      x = 0;
      row++;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += next();
      row += next();
    } else {
      const length = runLength === 8 ? value : Math.ceil(value / 2);
      let literal = 0;
      for (let i = 0; i < value; i++) {
        if (runLength === 8 || i % 2 === 0) literal = next();
        put(runLength === 8 ? literal : i % 2 === 0 ? literal >> 4 : literal & 15);
      }
      if (length % 2 === 1) at++;
    }
  }
  return out;
}

/** An index beyond the palette is black, as other readers show it. */
function colour(bytes: Uint8Array, { palette: { offset, entries, entryBytes } }: BitmapHeader, indices: Uint8Array, out: Uint8Array): void {
  if (offset + entries * entryBytes > bytes.length) throw truncated();
  for (let i = 0, to = 0; i < indices.length; i++, to += 3) {
    const index = indices[i]!;
    if (index >= entries) continue;
    const at = offset + index * entryBytes;
    out[to] = bytes[at + 2]!; out[to + 1] = bytes[at + 1]!; out[to + 2] = bytes[at]!;
  }
}
