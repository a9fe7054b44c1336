// The header of a Windows bitmap (BITMAPCOREHEADER to BITMAPV5HEADER).
import { corrupt, truncated, unsupported } from '../refusals.ts';
import { checkSize, readerOf, type Header } from './header.ts';
import { spacingOfInches } from './spacing.ts';

/** What the decoder needs beside the common facts. */
export interface BitmapHeader extends Header {
  readonly bottomUp: boolean;
  readonly bits: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  readonly runLength: 0 | 4 | 8;
  /** Offset of the first row. */
  readonly pixels: number;
  readonly palette: { readonly offset: number; readonly entries: number; readonly entryBytes: 3 | 4 };
  /** Bits of red, green, blue and alpha in a 16- or 32-bit pixel. */
  readonly masks: readonly [number, number, number, number];
}

const isDepth = (bits: number): bits is BitmapHeader['bits'] => [1, 2, 4, 8, 16, 24, 32].includes(bits);

export function readBitmapHeader(bytes: Uint8Array): BitmapHeader {
  const reader = readerOf(bytes);
  const pixels = reader.long(10, true), size = reader.long(14, true), core = size === 12;
  const width = core ? reader.word(18, true) : reader.long(18, true) | 0;
  const signedHeight = core ? reader.word(20, true) : reader.long(22, true) | 0;
  const height = Math.abs(signedHeight);
  const bits = reader.word(core ? 24 : 28, true);
  const compression = core ? 0 : reader.long(30, true);
  checkSize(width, height);
  if (!isDepth(bits)) throw corrupt(`${bits} bits per pixel`);
  if (compression === 4 || compression === 5) throw unsupported('Bitmaps that wrap a JPEG or PNG');
  const fields = compression === 3 || compression === 6;
  const runLength = compression === 1 ? 8 : compression === 2 ? 4 : 0;
  if (compression > 6 || (fields && bits !== 16 && bits !== 32) || (runLength !== 0 && bits !== runLength)) throw unsupported(`Bitmaps with compression ${compression}`);
  const told = size >= 52 || fields;
  const mask = (index: number) => reader.long(54 + 4 * index, true);
  const masks = told && bits !== 24 && bits > 8 ? [mask(0), mask(1), mask(2), size >= 56 || compression === 6 ? mask(3) : 0] as const
    : bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] as const : [0xff0000, 0xff00, 0xff, 0] as const;
  const start = 14 + size + (size === 40 && fields ? (compression === 6 ? 16 : 12) : 0);
  const declared = core ? 0 : reader.long(46, true);
  const entries = bits > 8 ? 0 : Math.min(declared || 2 ** bits, 2 ** bits);
  if (pixels >= reader.length || (runLength === 0 && pixels + Math.ceil(width * bits / 32) * 4 * height > reader.length)) throw truncated();
  return {
    format: 'bmp', width, height, orientation: 1, color: 'rgb', alpha: masks[3] !== 0, bitDepth: 8, frames: 1,
    pixelSpacing: core ? null : spacingOfInches(reader.long(38, true) * 0.0254, reader.long(42, true) * 0.0254),
    bottomUp: signedHeight > 0, bits, runLength, pixels, palette: { offset: start, entries, entryBytes: core ? 3 : 4 }, masks,
  };
}
