// Image file directories: the tagged fields of TIFF (TIFF 6.0; BigTIFF), which EXIF uses too.
import { corrupt } from '../refusals.ts';
import type { Reader } from './header.ts';

/** A TIFF stream inside a file: byte order, kind, where it begins. */
export interface Directories {
  readonly little: boolean;
  readonly big: boolean;
  /** Offset of the first directory. */
  readonly first: number;
  /** Offsets count from here. */
  readonly base: number;
}

export interface Directory {
  /** First number of a field, or undefined. */
  number(tag: number): number | undefined;
  numbers(tag: number): readonly number[];
  text(tag: number): string | undefined;
  /** Offset of the next directory; 0 = none. */
  readonly next: number;
}

/** @throws StudioError when the byte-order mark or the version is none of TIFF's */
export function directoriesAt(reader: Reader, base: number): Directories {
  const mark = reader.text(base, 2), little = mark === 'II';
  const version = reader.word(base + 2, little);
  if ((!little && mark !== 'MM') || (version !== 42 && version !== 43)) throw corrupt('its directory has no valid mark');
  const big = version === 43;
  return { little, big, base, first: big ? reader.longLong(base + 8, little) : reader.long(base + 4, little) };
}

/** Bytes per value of the field types 1 to 18; 0 = not defined. */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** No field that is read here has more values; a larger count is damage. */
const mostValues = 1 << 22;

export function readDirectory(reader: Reader, { little, big, base }: Directories, offset: number): Directory {
  const at = base + offset;
  const count = big ? reader.longLong(at, little) : reader.word(at, little);
  const entrySize = big ? 20 : 12, start = at + (big ? 8 : 2);
  if (count > 4096) throw corrupt('its directory is too long');
  const entries = new Map<number, { readonly type: number; readonly values: number; readonly at: number }>();
  for (let i = 0; i < count; i++) {
    const entry = start + i * entrySize;
    const type = reader.word(entry + 2, little);
    const values = big ? reader.longLong(entry + 4, little) : reader.long(entry + 4, little);
    const inline = entry + (big ? 12 : 8);
    const fits = values * (sizes[type] ?? 0) <= (big ? 8 : 4);
    entries.set(reader.word(entry, little), { type, values, at: fits ? inline : base + (big ? reader.longLong(inline, little) : reader.long(inline, little)) });
  }
  const value = (type: number, place: number): number => {
    switch (type) {
      case 1: case 2: case 6: case 7: return reader.byte(place);
      case 3: case 8: return reader.word(place, little);
      case 4: case 9: case 13: return reader.long(place, little);
      case 5: case 10: return reader.long(place, little) / reader.long(place + 4, little);
      case 16: case 17: case 18: return reader.longLong(place, little);
      default: return NaN;
    }
  };
  const numbers = (tag: number, most: number): number[] => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    if (entry.values > mostValues) throw corrupt('a field of its directory is too long');
    return Array.from({ length: Math.min(entry.values, most) }, (_, i) => value(entry.type, entry.at + i * (sizes[entry.type] ?? 0)));
  };
  return {
    number: (tag) => numbers(tag, 1)[0],
    numbers: (tag) => numbers(tag, mostValues),
    text(tag) {
      const entry = entries.get(tag);
      return entry?.type === 2 && entry.values < mostValues ? reader.text(entry.at, entry.values).replace(/\0[\s\S]*$/, '') : undefined;
    },
    next: big ? reader.longLong(start + count * entrySize, little) : reader.long(start + count * entrySize, little),
  };
}
