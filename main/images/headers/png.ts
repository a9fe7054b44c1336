// The header of a PNG file (W3C PNG, third edition).
import { corrupt, truncated } from '../refusals.ts';
import { noExif, readExif } from './exif.ts';
import { checkSize, readerOf, type Header } from './header.ts';
import { spacingOfInches } from './spacing.ts';

/** Colour types and the bit depths each allows. */
const depths: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

export function readPngHeader(bytes: Uint8Array): Header {
  const reader = readerOf(bytes);
  if (reader.text(12, 4) !== 'IHDR') throw corrupt('its header chunk is missing');
  const width = reader.long(16), height = reader.long(20), depth = reader.byte(24), type = reader.byte(25);
  if (!(depths[type]?.includes(depth) ?? false)) throw corrupt(`colour type ${type} with ${depth} bits`);
  checkSize(width, height);
  let exif = noExif, alpha = type === 4 || type === 6, data = false;
  let pixelSpacing: readonly [number, number] | null = null;
  // Chunks: length, type, data, checksum. After the pixels anything may be missing and the picture is whole.
  for (let at = 8; at < reader.length;) {
    if (at + 8 > reader.length) { if (data) break; throw truncated(); }
    const length = reader.long(at), chunk = reader.text(at + 4, 4), end = at + 12 + length;
    if (chunk === 'IDAT') {
      if (end > reader.length) throw truncated();
      data = true;
    }
    if (chunk === 'IEND') {
      if (!data) throw corrupt('it holds no pixels');
      break;
    }
    if (end > reader.length) { if (data) break; throw truncated(); }
    if (chunk === 'tRNS') alpha = true;
    if (chunk === 'pHYs' && length === 9 && reader.byte(at + 16) === 1) pixelSpacing = spacingOfInches(reader.long(at + 8) * 0.0254, reader.long(at + 12) * 0.0254);
    if (chunk === 'eXIf') exif = readExif(reader, at + 8);
    at = end;
  }
  if (!data) throw truncated();
  return { format: 'png', width, height, orientation: exif.orientation, color: type === 0 || type === 4 ? 'grey' : 'rgb', alpha, bitDepth: depth === 16 ? 16 : 8, frames: 1, pixelSpacing };
}
