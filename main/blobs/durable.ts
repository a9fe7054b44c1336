// Files that are there after a power cut: written aside, flushed, renamed into place, and the folder flushed too.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Flushes a folder's list of names. Windows has no such call; NTFS journals its folders. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder, and those above it that are missing, so that they outlive a power cut. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await flushFolder(dirname(made));
}

/** Windows refuses to rename onto a file that a virus scanner or a reader holds open; it lets go soon. */
async function renameWithPatience(from: string, to: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const held = process.platform === 'win32' && error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EACCES' || error.code === 'EBUSY');
      if (!held || wait > 1000) throw error;
      // Whoever holds it may have written the same bytes.
      await delay(wait);
    }
  }
}

/** Renames a flushed file into place and flushes the folder that names it. */
export async function moveInto(place: string, from: string): Promise<void> {
  await makeFolder(dirname(place));
  await renameWithPatience(from, place);
  await flushFolder(dirname(place));
}

/**
 * Writes a new file in `folder` under a name nobody else uses, and flushes it. Leaves nothing behind when it fails.
 * @returns its path
 */
export async function writeAside(folder: string, write: (chunk: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Promise<string> {
  const path = join(folder, randomUUID());
  const handle = await open(path, 'wx');
  try {
    await write(async (bytes) => {
      for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
    });
    await handle.sync();
    await handle.close();
    return path;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** True when a file of any size is there. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}
