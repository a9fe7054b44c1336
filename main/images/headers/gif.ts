// The header of a GIF file (GIF89a specification).
import { corrupt, truncated } from '../refusals.ts';
import { checkSize, readerOf, type Header } from './header.ts';

/** Size of a colour table from the packed field before it; 0 when there is none. */
const tableBytes = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

export function readGifHeader(bytes: Uint8Array): Header {
  const reader = readerOf(bytes);
  const width = reader.word(6, true), height = reader.word(8, true);
  checkSize(width, height);
  let at = 13 + tableBytes(reader.byte(10));
  let frames = 0, transparent = false;
  /** Skips sub-blocks up to their terminator. False when the file ends first. */
  const skipBlocks = (): boolean => {
    while (at < reader.length) {
      const length = reader.byte(at++);
      if (length === 0) return true;
      at += length;
    }
    return false;
  };
  while (at < reader.length) {
    const kind = reader.byte(at++);
    if (kind === 0x3b) break;
    if (kind === 0x21) {
      // A graphic control extension that comes before any frame belongs to the first.
      if (reader.byte(at) === 0xf9 && frames === 0) transparent ||= (reader.byte(at + 2) & 1) === 1;
      at++;
      if (!skipBlocks() && frames === 0) throw truncated();
    } else if (kind === 0x2c) {
      const x = reader.word(at, true), y = reader.word(at + 2, true), w = reader.word(at + 4, true), h = reader.word(at + 6, true);
      // Where the first frame does not cover the canvas, nothing is drawn.
      if (frames === 0 && (x > 0 || y > 0 || w < width || h < height)) transparent = true;
      at += 9 + tableBytes(reader.byte(at + 8)) + 1;
      if (!skipBlocks() && frames === 0) throw truncated();
      frames++;
    } else {
      // Only the first frame is read: what follows it may be anything.
      if (frames === 0) throw corrupt('an unknown block before its first frame');
      break;
    }
  }
  if (frames === 0) throw corrupt('it holds no frame');
  return { format: 'gif', width, height, orientation: 1, color: 'rgb', alpha: transparent, bitDepth: 8, frames, pixelSpacing: null };
}
