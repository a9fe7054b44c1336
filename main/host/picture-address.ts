// The address of a picture, `/picture/PROJECT/IMAGE/SIZE`, as every door reads it.
import type { PictureSize } from '../api/picture.ts';

export interface PictureAddress { readonly projectId: string; readonly imageId: string; readonly size: PictureSize }

/** @returns null when it is no address of a picture */
export function pictureAddress(pathname: string): PictureAddress | null {
  const [, project, image, size] = /^\/picture\/([^/]+)\/([^/]+)\/(original|thumbnail|\d{1,5})$/.exec(pathname) ?? [];
  if (project === undefined || image === undefined || size === undefined) return null;
  try {
    return { projectId: decodeURIComponent(project), imageId: decodeURIComponent(image), size: size === 'original' || size === 'thumbnail' ? size : Number(size) };
  } catch (error) {
    if (error instanceof URIError) return null; // badly encoded
    throw error;
  }
}
