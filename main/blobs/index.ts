// Large bytes beside the database: files named by the sha256 of their content, durable before they are named anywhere, verified when read.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { flushFolder, isFile, makeFolder, moveInto, writeAside } from './durable.ts';
import { storageError } from './storage-error.ts';

export { diskFull, storageError } from './storage-error.ts';

export interface Blobs {
  readonly folder: string;
  /** Durable when it answers. @returns the sha256 that names it */
  put(bytes: Uint8Array): Promise<string>;
  /** The same for a file of any size, one piece at a time. */
  putFile(path: string): Promise<string>;
  /** Where a blob lies, whether or not it is there. Throws `invalid` for what is no sha256. */
  path(sha256: string): string;
  /** Throws `unreadable` when the blob is missing or its bytes are no longer those of its name. */
  get(sha256: string): Promise<Buffer>;
  has(sha256: string): boolean;
  /** Removes one blob that nothing names any more; one that is not there is no error. */
  remove(sha256: string): Promise<void>;
  /**
   * Removes what nothing names any more, and leftovers of interrupted writes.
   * @param before epoch milliseconds; files put later stay, since a row that names them may still be on its way
   * @returns how many files were removed
   */
  collect(live: ReadonlySet<string>, before?: number): Promise<number>;
}

/** Where files are written before they have a name. Same file system, so that a rename is all that is left. */
const incoming = 'incoming';
const piece = 1 << 20;

/** Opens, or makes, a folder of blobs: `<folder>/ab/cdef...`. Several processes may share it. */
export function openBlobs(folder: string): Blobs {
  function path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new StudioError('invalid', 'blob.name', { blob: sha256.slice(0, 80) }, 'A blob is named by the 64 hexadecimal digits of its sha256.');
    return join(folder, sha256.slice(0, 2), sha256.slice(2));
  }

  async function store(write: (chunk: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Promise<string> {
    try {
      await makeFolder(join(folder, incoming));
      const hash = createHash('sha256');
      const aside = await writeAside(join(folder, incoming), (chunk) => write(async (bytes) => {
        hash.update(bytes);
        await chunk(bytes);
      }));
      const sha256 = hash.digest('hex');
      await moveInto(path(sha256), aside).catch(async (error: unknown) => {
        await rm(aside, { force: true });
        throw error;
      });
      return sha256;
    } catch (error) {
      throw storageError(error, folder);
    }
  }

  /** True when the blob is there and whole; its time is renewed, so that a collection under way spares it. */
  async function keep(sha256: string): Promise<boolean> {
    const place = path(sha256);
    if (!await isFile(place) || await hashOf(place) !== sha256) return false;
    const now = new Date();
    await utimes(place, now, now);
    await flushFolder(join(folder, sha256.slice(0, 2)));
    return true;
  }

  return {
    folder,
    path,
    has: (sha256) => existsSync(path(sha256)),

    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return await keep(sha256) ? sha256 : store((chunk) => chunk(bytes));
    },

    putFile: (file) => store(async (chunk) => {
      for await (const bytes of pieces(file)) await chunk(bytes);
    }),

    async get(sha256) {
      const bytes = await readFile(path(sha256)).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new StudioError('unreadable', 'blob.missing', { blob: sha256 }, `The file ${sha256} is missing from the project folder. Restore the project from a copy, or import the picture again.`, { cause: error });
        throw storageError(error, path(sha256));
      });
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new StudioError('unreadable', 'blob.damaged', { blob: sha256 }, `The file ${sha256} in the project folder is damaged. Restore the project from a copy, or import the picture again.`);
      return bytes;
    },

    remove: (sha256) => rm(path(sha256), { force: true }),

    async collect(live, before = Infinity) {
      let removed = 0;
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (!entry.isDirectory() || !(entry.name === incoming || /^[0-9a-f]{2}$/.test(entry.name))) continue;
        for (const name of await readdir(join(folder, entry.name))) {
          if (entry.name !== incoming && live.has(entry.name + name)) continue;
          const file = join(folder, entry.name, name);
          // Another process may have moved or removed it meanwhile.
          const found = await stat(file).catch(() => null);
          if (found === null || found.mtimeMs >= before) continue;
          await rm(file, { force: true });
          removed++;
        }
      }
      return removed;
    },
  };
}

async function* pieces(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const buffer = new Uint8Array(piece);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, piece);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of pieces(file)) hash.update(bytes);
  return hash.digest('hex');
}
