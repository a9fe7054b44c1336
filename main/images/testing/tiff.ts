// Writes the plainest TIFF of 16 bits, as microscopes do (TIFF 6.0, sections 4 and 6): little-endian, one strip, no compression.
import type { Pixels } from '../decode.ts';

const SHORT = 3, LONG = 4;

/** One directory, then the bits per sample, then the pixels. */
export function uncompressedTiff({ width, height, channels, data }: Pixels & { readonly data: Uint16Array }): Uint8Array {
  const entries = 9, bits = 8 + 2 + 12 * entries + 4, pixels = bits + 2 * 3;
  const file = Buffer.alloc(pixels + 2 * data.length);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries, 8);
  const facts = [
    [256, LONG, 1, width], [257, LONG, 1, height],
    // Up to two shorts stand in the entry itself.
    channels === 1 ? [258, SHORT, 1, 16] : [258, SHORT, 3, bits],
    [259, SHORT, 1, 1], [262, SHORT, 1, channels === 1 ? 1 : 2], [273, LONG, 1, pixels], [277, SHORT, 1, channels], [278, LONG, 1, height], [279, LONG, 1, 2 * data.length],
  ] as const;
  facts.forEach(([tag, type, count, value], index) => {
    const at = 10 + 12 * index;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  for (let sample = 0; sample < 3; sample++) file.writeUInt16LE(16, bits + 2 * sample);
  data.forEach((value, index) => file.writeUInt16LE(value, pixels + 2 * index));
  return file;
}
