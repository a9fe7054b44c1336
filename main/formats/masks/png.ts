// Reads and writes PNG files of numbers: palette indices and grey values as they stand, which decoders for the eye turn into colours.
// https://www.w3.org/TR/png-3/
import { promisify } from 'node:util';
import { crc32, deflate, inflate } from 'node:zlib';
import type { LabelRaster } from './raster.ts';

export type Colour = readonly [red: number, green: number, blue: number];

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const colourTypes = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;
/** 4,000 x 4,000 masks have 16 million. */
const mostPixels = 2 ** 28;
const [deflated, inflated] = [promisify(deflate), promisify(inflate)];

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/** Grey values, palette indices, or colours without their alpha. @throws Error, with a sentence, for what is no such PNG */
export async function readPng(bytes: Uint8Array): Promise<LabelRaster> {
  if (!isPng(bytes)) throw new Error('The file is no PNG.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), data: Uint8Array[] = [];
  let header: { readonly width: number; readonly height: number; readonly bits: number; readonly type: keyof typeof colourTypes } | null = null;
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = view.getUint32(at), name = String.fromCharCode(...bytes.subarray(at + 4, at + 8)), start = at + 8;
    if (start + length + 4 > bytes.length) throw new Error('The PNG ends too early. Copy it again.');
    if (name === 'IHDR') header = readHeader(view, start);
    if (name === 'IDAT') data.push(bytes.subarray(start, start + length));
    if (name === 'IEND') break;
    at = start + length + 4;
  }
  if (header === null) throw new Error('The PNG has no header.');
  const { width, height, bits, type } = header, rowBytes = Math.ceil((width * bits * colourTypes[type]) / 8);
  const raw = await inflated(Buffer.concat(data), { maxOutputLength: (rowBytes + 1) * height });
  if (raw.length < (rowBytes + 1) * height) throw new Error('The PNG has fewer rows than its header says.');
  const rows = unfiltered(raw, rowBytes, height, Math.max(1, (bits * colourTypes[type]) / 8));
  return { width, height, kind: type === 3 ? 'indexed' : type === 0 || type === 4 ? 'grey' : 'colour', values: valuesOf(rows, header, rowBytes) };
}

function readHeader(view: DataView, at: number) {
  const width = view.getUint32(at), height = view.getUint32(at + 4), bits = view.getUint8(at + 8), type = view.getUint8(at + 9);
  if (!(type in colourTypes) || ![1, 2, 4, 8, 16].includes(bits)) throw new Error('The PNG has a kind of pixels that does not exist.');
  if (view.getUint8(at + 12) !== 0) throw new Error('The PNG is interlaced. Save it without interlacing.');
  if (width < 1 || height < 1 || width * height > mostPixels) throw new Error(`A mask of ${width} x ${height} pixels cannot be read.`);
  return { width, height, bits, type: type as keyof typeof colourTypes }; // checked above
}

/** Takes the filters of section 9 back; `step` is the distance to the pixel on the left in bytes. */
function unfiltered(raw: Uint8Array, rowBytes: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowBytes + 1)]!, from = y * (rowBytes + 1) + 1, to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= step ? out[to + x - step]! : 0, up = y > 0 ? out[to + x - rowBytes]! : 0, corner = x >= step && y > 0 ? out[to + x - rowBytes - step]! : 0;
      const guess = filter === 0 ? 0 : filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : filter === 4 ? paeth(left, up, corner) : NaN;
      if (Number.isNaN(guess)) throw new Error('The PNG has a filter that does not exist.');
      out[to + x] = raw[from + x]! + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner, [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function valuesOf(rows: Uint8Array, { width, height, bits, type }: { readonly width: number; readonly height: number; readonly bits: number; readonly type: keyof typeof colourTypes }, rowBytes: number): ArrayLike<number> {
  if (bits === 8 && colourTypes[type] === 1) return rows;
  const out = new Uint32Array(width * height), samples = colourTypes[type];
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) {
    const sample = (s: number) => {
      const place = x * samples + s;
      if (bits === 16) return (rows[y * rowBytes + 2 * place]! << 8) | rows[y * rowBytes + 2 * place + 1]!;
      if (bits === 8) return rows[y * rowBytes + place]!;
      return (rows[y * rowBytes + ((place * bits) >> 3)]! >> (8 - bits - ((place * bits) & 7))) & (2 ** bits - 1);
    };
    // Of 16-bit colours the upper halves: masks in colour use few.
    out[i] = samples < 3 ? sample(0) : [0, 1, 2].reduce((colour, s) => colour * 256 + (bits === 16 ? sample(s) >> 8 : sample(s)), 0);
  }
  return out;
}

/** Eight bits a pixel, shown in the colours of a palette. */
export function writeIndexedPng(values: Uint8Array, width: number, height: number, palette: readonly Colour[]): Promise<Uint8Array> {
  return write(width, height, 8, 3, rowsOf(values, width, height, 1), chunk('PLTE', Uint8Array.from(palette.flat())));
}

/** Grey, eight or sixteen bits a pixel. */
export function writeGreyPng(values: Uint8Array | Uint16Array, width: number, height: number): Promise<Uint8Array> {
  if (values instanceof Uint8Array) return write(width, height, 8, 0, rowsOf(values, width, height, 1));
  const bytes = new Uint8Array(values.length * 2), view = new DataView(bytes.buffer);
  values.forEach((value, i) => { view.setUint16(2 * i, value); });
  return write(width, height, 16, 0, rowsOf(bytes, width, height, 2));
}

/** Each row less the one above it (filter 2): in masks most rows are like their neighbours. */
function rowsOf(bytes: Uint8Array, width: number, height: number, size: 1 | 2): Uint8Array {
  const row = width * size, out = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) {
    out[y * (row + 1)] = 2;
    for (let x = 0; x < row; x++) out[y * (row + 1) + 1 + x] = bytes[y * row + x]! - (y > 0 ? bytes[(y - 1) * row + x]! : 0);
  }
  return out;
}

async function write(width: number, height: number, bits: 8 | 16, type: 0 | 3, rows: Uint8Array, ...before: readonly Uint8Array[]): Promise<Uint8Array> {
  const header = new Uint8Array(13), view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bits, type], 8);
  return Buffer.concat([signature, chunk('IHDR', header), ...before, chunk('IDAT', await deflated(rows)), chunk('IEND', new Uint8Array(0))]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length), view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(name), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}
