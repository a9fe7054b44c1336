// The two facts that matter in EXIF: which way is up, and a resolution.
import { StudioError } from '#contract/errors.ts';
import type { Reader } from './header.ts';
import { directoriesAt, readDirectory, type Directory } from './ifd.ts';
import { spacingOfCentimetres, spacingOfInches } from './spacing.ts';

export interface Exif {
  readonly orientation: number;
  readonly pixelSpacing: readonly [number, number] | null;
}
export const noExif: Exif = { orientation: 1, pixelSpacing: null };

/**
 * Facts of an EXIF block.
 * @param offset of its TIFF header; a block that cannot be read tells nothing, since a picture is whole without it
 */
export function readExif(reader: Reader, offset: number): Exif {
  try {
    const directories = directoriesAt(reader, offset);
    const directory = readDirectory(reader, directories, directories.first);
    return { orientation: orientationOf(directory), pixelSpacing: resolutionOf(directory) };
  } catch (error) {
    if (error instanceof StudioError) return noExif;
    throw error;
  }
}

/** Tag 274; anything out of range means upright. */
export function orientationOf(directory: Directory): number {
  const orientation = directory.number(274) ?? 1;
  return Number.isInteger(orientation) && orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** Tags 282, 283 and 296. Unit 1 ("none") is an aspect ratio, not a size; the default is inches. */
export function resolutionOf(directory: Directory): readonly [number, number] | null {
  const x = directory.number(282) ?? NaN, y = directory.number(283) ?? NaN;
  switch (directory.number(296) ?? 2) {
    case 2: return spacingOfInches(x, y);
    case 3: return spacingOfCentimetres(x, y);
    default: return null;
  }
}
