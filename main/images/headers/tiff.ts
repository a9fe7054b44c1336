// The header of a TIFF file's first page (TIFF 6.0, BigTIFF; ImageJ's and OME's notes on pixel size).
import { cameraRaw } from '../format.ts';
import { corrupt, truncated, unsupported } from '../refusals.ts';
import { orientationOf, resolutionOf } from './exif.ts';
import { checkSize, readerOf, type Header, type Reader } from './header.ts';
import { directoriesAt, readDirectory, type Directories, type Directory } from './ifd.ts';
import { spacingOfMicrometres } from './spacing.ts';

/** Compressions that are read: none, CCITT (2, 3, 4), LZW, JPEG, deflate (two numbers), PackBits, WebP, Zstandard (two numbers). */
const compressions = new Set([1, 2, 3, 4, 5, 7, 8, 32946, 32773, 50000, 50001, 34926]);
/** Colour samples per pixel by photometric interpretation; palette is one index. */
const colorSamples: ReadonlyMap<number, number> = new Map([[0, 1], [1, 1], [2, 3], [3, 1], [5, 4], [6, 3]]);

export function readTiffHeader(bytes: Uint8Array): Header {
  const reader = readerOf(bytes);
  const directories = directoriesAt(reader, 0);
  const page = readDirectory(reader, directories, directories.first);
  const width = page.number(256) ?? 0, height = page.number(257) ?? 0;
  checkSize(width, height);
  refuseUnreadable(page);
  const photometric = page.number(262) ?? 1;
  const bits = page.number(258) ?? 1;
  const extra = (page.number(277) ?? 1) - (colorSamples.get(photometric) ?? 0);
  // One more sample than the colours need is transparency where the file says so (1 premultiplied, which libvips undoes; 2 straight).
  const alpha = extra === 1 && (page.number(338) === 1 || page.number(338) === 2);
  checkLayout(page, reader.length);
  return { format: 'tiff', width, height, orientation: orientationOf(page), color: photometric <= 1 ? 'grey' : photometric === 5 ? 'cmyk' : 'rgb', alpha, bitDepth: bits === 16 ? 16 : 8, frames: countPages(reader, directories), pixelSpacing: spacing(page) };
}

function refuseUnreadable(page: Directory): void {
  // DNGVersion, or a reduced picture that points to a full one in a private place.
  if (page.number(50706) !== undefined || ((page.number(254) ?? 0) & 1 && page.number(330) !== undefined)) throw cameraRaw();
  const compression = page.number(259) ?? 1;
  if (!compressions.has(compression)) throw unsupported(`TIFF files with compression ${compression}`);
  const photometric = page.number(262);
  if (photometric === undefined) throw corrupt('it does not say what its numbers mean');
  const samples = colorSamples.get(photometric);
  if (samples === undefined) throw unsupported(`TIFF files with colour interpretation ${photometric}`);
  const stored = page.number(277) ?? 1;
  if (stored < samples) throw corrupt(`${stored} channels where ${samples} are needed`);
  if (stored > samples + 1) throw unsupported(`TIFF files with ${stored} channels`, 'Save each channel as a picture of its own, or three of them as RGB.');
  const bits = page.numbers(258);
  const depth = bits[0] ?? 1;
  if (bits.some((other) => other !== depth) || ![1, 2, 4, 8, 16].includes(depth)) throw unsupported(`TIFF files with ${bits.join(', ')} bits per channel`, 'Save the picture with 8 or 16 bits.');
  const kind = page.number(339) ?? 1;
  if (kind !== 1 && kind !== 4) throw unsupported(kind === 2 ? 'TIFF files with signed numbers' : 'TIFF files with floating-point numbers', 'Save the picture with 8 or 16 bits, unsigned.');
  // Old writers leave out the planar field; 2 = one plane per channel.
  if (page.number(284) === 2 && page.number(322) !== undefined && stored > 1) throw unsupported('TIFF files with separate tiled planes', 'Save the picture with interleaved channels.');
}

/** Strips or tiles lie inside the file. */
function checkLayout(page: Directory, length: number): void {
  const tiled = page.number(322) !== undefined;
  const offsets = page.numbers(tiled ? 324 : 273), counts = page.numbers(tiled ? 325 : 279);
  if (offsets.length === 0) throw corrupt('it does not say where its pixels are');
  offsets.forEach((offset, i) => {
    if (offset + (counts[i] ?? 0) > length) throw truncated();
  });
}

function countPages(reader: Reader, directories: Directories): number {
  const seen = new Set<number>();
  for (let at = directories.first; at !== 0 && !seen.has(at) && at + 2 <= reader.length; at = nextOf(reader, directories, at)) seen.add(at);
  return seen.size;
}

/** Only the place of the next directory; later pages may be damaged without harm to the first. */
function nextOf(reader: Reader, { little, big }: Directories, at: number): number {
  const count = big ? reader.longLong(at, little) : reader.word(at, little);
  const link = at + (big ? 8 + count * 20 : 2 + count * 12);
  if (link + (big ? 8 : 4) > reader.length) return 0;
  return big ? reader.longLong(link, little) : reader.long(link, little);
}

/** OME-XML's physical size, ImageJ's pixels per unit, else the resolution fields. */
function spacing(page: Directory): readonly [number, number] | null {
  const note = page.text(270) ?? '';
  const physical = (axis: string) => {
    const size = new RegExp(`PhysicalSize${axis}="([\\d.eE+-]+)"`).exec(note)?.[1];
    const unit = new RegExp(`PhysicalSize${axis}Unit="([^"]+)"`).exec(note)?.[1] ?? 'µm';
    return Number(size ?? NaN) * (micrometres(unit) ?? NaN);
  };
  if (note.includes('<OME')) return spacingOfMicrometres(physical('X'), physical('Y'));
  if (note.startsWith('ImageJ=')) {
    const unit = micrometres(/^unit=(.*)$/m.exec(note)?.[1]?.trim() ?? '');
    return unit === null ? null : spacingOfMicrometres(unit / (page.number(282) ?? NaN), unit / (page.number(283) ?? NaN));
  }
  return resolutionOf(page);
}

/** Micrometres in a unit of length; `µ` comes as UTF-8 read byte by byte, as Latin-1, or escaped. */
function micrometres(unit: string): number | null {
  if (/^(micron|microns|um|(\u00c2)?\u00b5m|(\u00ce\u00bc)m|\\u00B5m|micrometer|micrometre)$/i.test(unit)) return 1;
  switch (unit.toLowerCase()) {
    case 'nm': return 1e-3;
    case 'mm': return 1e3;
    case 'cm': return 1e4;
    case 'inch': return 25400;
    default: return null;
  }
}
