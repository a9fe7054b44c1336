// The files of one export: written beside their places first, and put there together once all of them are good.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { isFile, makeFolder, moveInto, writeAside } from '../blobs/durable.ts';
import { storageError } from '../blobs/index.ts';

export interface SavedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Outbox {
  /**
   * Writes and flushes a file beside its place, under a name of its own.
   * @returns the path where it can be read until it is published, and what it will be called then
   */
  add(place: string, bytes: Uint8Array): Promise<{ readonly path: string; readonly saved: SavedFile }>;
  /**
   * Puts every file in its place, in the order in which they were added. A place that already holds the same bytes is left as it is.
   * @throws StudioError conflict where a place holds something else; then no file was put anywhere
   */
  publish(): Promise<SavedFile[]>;
  /** Removes what was not published. */
  discard(): Promise<void>;
}

interface Waiting extends SavedFile {
  readonly aside: string;
}

export function openOutbox(): Outbox {
  const waiting: Waiting[] = [];
  return {
    async add(place, bytes) {
      try {
        await makeFolder(dirname(place));
        const aside = await writeAside(dirname(place), (write) => write(bytes));
        const saved: SavedFile = { path: place, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
        waiting.push({ ...saved, aside });
        return { path: aside, saved };
      } catch (error) {
        throw storageError(error, place);
      }
    },
    async publish() {
      const missing: Waiting[] = [];
      for (const file of waiting) if (!await isThere(file)) missing.push(file);
      for (const { path, aside } of missing) {
        try {
          await moveInto(path, aside);
        } catch (error) {
          throw storageError(error, path);
        }
      }
      return waiting.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
    },
    async discard() {
      for (const { aside } of waiting) await rm(aside, { force: true });
    },
  };
}

/** Whether the same bytes lie there already. */
async function isThere({ path, sha256 }: SavedFile): Promise<boolean> {
  if (!await isFile(path)) return false;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  if (hash.digest('hex') === sha256) return true;
  throw new StudioError('conflict', 'export.exists', { path }, `${path} is there already and holds something else. Choose another name, or remove that file first.`);
}
