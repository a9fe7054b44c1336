// The header of a JPEG file (ITU-T T.81, annex B; JFIF 1.02; EXIF 2.3).
import { corrupt, truncated, unsupported } from '../refusals.ts';
import { noExif, readExif } from './exif.ts';
import { checkSize, readerOf, type Header } from './header.ts';
import { spacingOfCentimetres, spacingOfInches } from './spacing.ts';

const startOfImage = 0xd8, startOfScan = 0xda, endOfImage = 0xd9;
/** Markers that begin a frame: C0 to CF without the tables C4 and CC and the reserved C8. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Baseline, extended and progressive Huffman: what every decoder reads. */
const isCommon = (marker: number) => marker <= 0xc2;

export function readJpegHeader(bytes: Uint8Array): Header {
  const reader = readerOf(bytes);
  let exif = noExif;
  let density: readonly [number, number] | null = null;
  for (let at = 0; ;) {
    // Between segments: fill bytes FF, and stray bytes that decoders skip.
    while (at < reader.length && reader.byte(at) !== 0xff) at++;
    while (at < reader.length && reader.byte(at) === 0xff) at++;
    if (at >= reader.length) throw truncated();
    const marker = reader.byte(at++);
    if (marker === 0 || marker === startOfImage || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
    if (marker === startOfScan || marker === endOfImage) throw corrupt('no frame header before its data');
    const length = reader.word(at);
    if (length < 2) throw corrupt('a segment of no length');
    if (marker === 0xe0 && length >= 14 && reader.text(at + 2, 5) === 'JFIF\0') {
      const unit = reader.byte(at + 9), x = reader.word(at + 10), y = reader.word(at + 12);
      density = unit === 1 ? spacingOfInches(x, y) : unit === 2 ? spacingOfCentimetres(x, y) : null;
    }
    if (marker === 0xe1 && length >= 16 && reader.text(at + 2, 6) === 'Exif\0\0') exif = readExif(reader, at + 8);
    if (isFrame(marker)) {
      if (!isCommon(marker)) throw unsupported('JPEG files with lossless, hierarchical or arithmetic coding');
      const precision = reader.byte(at + 2), height = reader.word(at + 3), width = reader.word(at + 5), components = reader.byte(at + 7);
      checkSize(width, height);
      if (precision !== 8) throw unsupported(`JPEG files with ${precision} bits per channel`);
      if (components !== 1 && components !== 3 && components !== 4) throw corrupt(`${components} colour components`);
      return { format: 'jpeg', width, height, orientation: exif.orientation, color: components === 1 ? 'grey' : components === 3 ? 'rgb' : 'cmyk', alpha: false, bitDepth: 8, frames: 1, pixelSpacing: density ?? exif.pixelSpacing };
    }
    at += length;
  }
}
