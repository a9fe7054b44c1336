// The header of a WebP file (RFC 9649).
import { corrupt, truncated } from '../refusals.ts';
import { noExif, readExif } from './exif.ts';
import { checkSize, readerOf, type Header, type Reader } from './header.ts';

interface Canvas { readonly width: number; readonly height: number; readonly alpha: boolean }

export function readWebpHeader(bytes: Uint8Array): Header {
  const reader = readerOf(bytes);
  let canvas: Canvas | null = null, exif = noExif, frames = 0;
  for (let at = 12; at + 8 <= reader.length;) {
    const chunk = reader.text(at, 4), length = reader.long(at + 4, true), data = at + 8;
    if (chunk === 'VP8X') canvas = extended(reader, data);
    if (chunk === 'VP8 ') canvas ??= lossy(reader, data);
    if (chunk === 'VP8L') canvas ??= lossless(reader, data);
    if (chunk === 'ANMF') frames++;
    // Some writers keep JPEG's six bytes in front of the TIFF header.
    if (chunk === 'EXIF' && length > 8) exif = readExif(reader, reader.text(data, 6) === 'Exif\0\0' ? data + 6 : data);
    at = data + length + (length & 1);
  }
  if (canvas === null) throw corrupt('it holds no picture');
  checkSize(canvas.width, canvas.height);
  if (8 + reader.long(4, true) > reader.length) throw truncated();
  return { format: 'webp', width: canvas.width, height: canvas.height, orientation: exif.orientation, color: 'rgb', alpha: canvas.alpha, bitDepth: 8, frames: Math.max(1, frames), pixelSpacing: exif.pixelSpacing };
}

/** 24-bit numbers, each one less than the side. */
function extended(reader: Reader, at: number): Canvas {
  const side = (offset: number) => 1 + reader.word(offset, true) + (reader.byte(offset + 2) << 16);
  return { width: side(at + 4), height: side(at + 7), alpha: (reader.byte(at) & 0x10) !== 0 };
}

/** A VP8 key frame (RFC 6386, 9.1): three bytes of tag, the start code 9D 01 2A, then two 14-bit sides. */
function lossy(reader: Reader, at: number): Canvas {
  if (reader.text(at + 3, 3) !== '\x9d\x01\x2a') throw corrupt('its first frame has no start code');
  return { width: reader.word(at + 6, true) & 0x3fff, height: reader.word(at + 8, true) & 0x3fff, alpha: false };
}

/** The mark 2F, then 14 bits width - 1, 14 bits height - 1, one bit alpha. */
function lossless(reader: Reader, at: number): Canvas {
  if (reader.byte(at) !== 0x2f) throw corrupt('its pixels have no mark');
  const bits = reader.long(at + 1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), alpha: ((bits >>> 28) & 1) === 1 };
}
