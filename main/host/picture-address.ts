// The address of a picture, `/picture/PROJECT/IMAGE/SIZE`, with `?window=LOW-HIGH` where not all of its values are wanted, as every door reads and answers it.
import { StudioError } from '#contract/errors.ts';
import { readValues, VALUES_HEADER, valuesText } from '#contract/picture-window.ts';
import type { ValueWindow } from '#contract/picture-window.ts';
import { isChangedView } from '../api/changed-picture.ts';
import { isTileView } from '../api/changed-tile.ts';
import type { PictureSize } from '../api/picture.ts';
import { isSaidView } from '../api/said-picture.ts';

export interface PictureAddress { readonly projectId: string; readonly imageId: string; readonly size: PictureSize; readonly window: ValueWindow | null }

/** A window as wide as 16 bits reaches this far beyond both ends when its middle lies on one of them. */
const lowest = -65535, highest = 2 * 65535;

/**
 * @returns null when it is no address of a picture
 * @throws StudioError `invalid` when the window is none
 */
export function pictureAddress({ pathname, searchParams }: URL): PictureAddress | null {
  const [, project, image, text] = /^\/picture\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  const size = sizeOf(text ?? '');
  if (project === undefined || image === undefined || size === null) return null;
  try {
    return { projectId: decodeURIComponent(project), imageId: decodeURIComponent(image), size, window: windowOf(searchParams.get('window'), size) };
  } catch (error) {
    if (error instanceof URIError) return null; // badly encoded
    throw error;
  }
}

/** The headers of a picture's answer. A picture's id never names other bytes, so it is kept for good. */
export function pictureHeaders({ type, values }: { readonly type: string; readonly values?: ValueWindow }): Readonly<Record<string, string>> {
  return { 'content-type': type, 'cache-control': 'private, max-age=86400, immutable', ...(values && { [VALUES_HEADER]: valuesText(values) }) };
}

function sizeOf(text: string): PictureSize | null {
  if (text === 'original' || text === 'thumbnail' || isChangedView(text) || isTileView(text) || isSaidView(text)) return text;
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function windowOf(text: string | null, size: PictureSize): ValueWindow | null {
  if (text === null) return null;
  if (size !== 'original' && typeof size !== 'number') throw new StudioError('invalid', 'picture.window-size', { size }, `A window cannot be shown in "${size}". Ask for the original, or for a number of pixels.`);
  const window = readValues(text);
  if (window === null || window.low === window.high || window.low < lowest || window.high > highest) {
    throw new StudioError('invalid', 'picture.window', { window: text.slice(0, 40), lowest, highest }, `"${text.slice(0, 40)}" is no window. Give two whole numbers between ${lowest} and ${highest}, the smaller one first, as in 1000-1400.`);
  }
  return window;
}
