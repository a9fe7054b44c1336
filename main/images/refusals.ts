// Why a file cannot be taken as a picture: one typed error per reason, each with what to do.
import { StudioError } from '#contract/errors.ts';
import { maximumPixels } from './picture.ts';

const copyAgain = 'Copy it again from where it came from.';

export function emptyFile(): StudioError {
  return new StudioError('unreadable', 'image.empty', {}, `The file is empty (0 bytes). ${copyAgain}`);
}

export function notAPicture(): StudioError {
  return new StudioError('unreadable', 'image.not-a-picture', {}, 'This is not a picture that Fovea knows. It reads JPEG, PNG, WebP, BMP, GIF and TIFF.');
}

/** @param what names the thing in the plural, e.g. `DICOM files` */
export function unsupported(what: string, remedy = 'Save the picture as PNG or TIFF and import that.'): StudioError {
  return new StudioError('unreadable', 'image.unsupported', { what }, `${what} are not read yet. ${remedy}`);
}

export function truncated(): StudioError {
  return new StudioError('unreadable', 'image.truncated', {}, `The picture ends too early: part of the file is missing. ${copyAgain}`);
}

/** @param detail what was found, in a few words */
export function corrupt(detail: string, options?: ErrorOptions): StudioError {
  return new StudioError('unreadable', 'image.corrupt', { detail }, `The picture is damaged (${detail}). ${copyAgain}`, options);
}

export function tooManyPixels(width: number, height: number): StudioError {
  const millions = (pixels: number) => Math.round(pixels / 1e6).toLocaleString('en');
  return new StudioError('unreadable', 'image.too-large', { width, height, limit: maximumPixels },
    `The picture is ${width} x ${height} pixels (${millions(width * height)} million); Fovea reads up to ${millions(maximumPixels)} million. Export it smaller, or a part of it.`);
}

export function tooManyBytes(bytes: number): StudioError {
  return new StudioError('unreadable', 'image.too-large', { bytes }, `The file has ${(bytes / 1e9).toFixed(1)} GB; Fovea reads pictures up to 2.1 GB. Export the picture smaller, or a part of it.`);
}
