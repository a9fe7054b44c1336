// Pictures for the eye, by project and id: drawn anew from the original, so that nothing of its metadata is served.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ValueWindow } from '#contract/picture-window.ts';
import { image } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import type { PicturePool, Rendering } from '../images/index.ts';
import type { Platform } from '../platform.ts';
import { changedPicture, isChangedView } from './changed-picture.ts';
import type { ChangedView } from './changed-picture.ts';
import { changedTile, isTileView } from './changed-tile.ts';
import type { TileView } from './changed-tile.ts';
import type { Projects } from './projects.ts';
import { isSaidView, saidPicture } from './said-picture.ts';
import type { SaidView } from './said-picture.ts';

/** `thumbnail`: the longer side at most 256 pixels, kept; a number: at most that many; `original`: full size; as random changes show it; or what a model said of it. */
export type PictureSize = 'original' | 'thumbnail' | number | ChangedView | TileView | SaidView;

const thumbnailSide = 256;

/**
 * Bytes of a picture for the eye.
 * @param window which of the original's own numbers go from black to white; only for `original` and a number
 */
export type PictureSource = (projectId: string, imageId: string, size: PictureSize, window?: ValueWindow | null) => Promise<Rendering>;

/** @param pool threads that read and draw, so that this one stays free for calls */
export function createPictures(platform: Platform, projects: Projects, pool: PicturePool): PictureSource {
  /** A grid asks for the same thumbnail several times while it is being drawn. */
  const underWay = new Map<string, Promise<Rendering>>();

  async function keptThumbnail({ blobs, record }: Project, sha256: string): Promise<Rendering> {
    const file = join(record.folder, 'cache', 'thumbnails', sha256.slice(0, 2), `${sha256.slice(2)}.webp`);
    const kept = await readFile(file).catch(() => null); // not there yet
    if (kept !== null) return { bytes: kept, type: 'image/webp' };
    const made = await pool.thumbnail(await blobs.get(sha256), thumbnailSide);
    if (record.readOnly === null) await keep(file, made.bytes);
    return made;
  }

  /** A thumbnail that cannot be kept is drawn again next time. */
  async function keep(file: string, bytes: Uint8Array): Promise<void> {
    try {
      await mkdir(dirname(file), { recursive: true });
      const aside = `${file}.${randomUUID()}`;
      await writeFile(aside, bytes);
      await rename(aside, file);
    } catch (error) {
      platform.log('warning', `the thumbnail ${file} could not be kept`, error);
    }
  }

  return (projectId, imageId, size, window = null) => projects.lookById(projectId, async (project) => {
    if (typeof size === 'string' && isSaidView(size)) return saidPicture(project, imageId, size);
    const { sha256 } = image(project.db, imageId);
    if (typeof size === 'string' && isChangedView(size)) return changedPicture(await project.blobs.get(sha256), sha256, size);
    if (typeof size === 'string' && isTileView(size)) return changedTile(project, imageId, size);
    if (size !== 'thumbnail') return pool.render(await project.blobs.get(sha256), size === 'original' ? null : size, window);
    const key = `${projectId}/${sha256}`;
    const known = underWay.get(key);
    if (known) return known;
    const drawing = keptThumbnail(project, sha256).finally(() => underWay.delete(key));
    underWay.set(key, drawing);
    return drawing;
  });
}
