// The address of a picture, `/picture/PROJECT/IMAGE/SIZE`, as every door reads it.
import { isChangedView } from '../api/changed-picture.ts';
import { isTileView } from '../api/changed-tile.ts';
import type { PictureSize } from '../api/picture.ts';
import { isSaidView } from '../api/said-picture.ts';

export interface PictureAddress { readonly projectId: string; readonly imageId: string; readonly size: PictureSize }

/** @returns null when it is no address of a picture */
export function pictureAddress(pathname: string): PictureAddress | null {
  const [, project, image, text] = /^\/picture\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  const size = sizeOf(text ?? '');
  if (project === undefined || image === undefined || size === null) return null;
  try {
    return { projectId: decodeURIComponent(project), imageId: decodeURIComponent(image), size };
  } catch (error) {
    if (error instanceof URIError) return null; // badly encoded
    throw error;
  }
}

function sizeOf(text: string): PictureSize | null {
  if (text === 'original' || text === 'thumbnail' || isChangedView(text) || isTileView(text) || isSaidView(text)) return text;
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}
