// Engine packs that came with the installer: linked to where packs are looked for, unless the person has made one.
import { lstat, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { packsFolder } from '../main/engines/pack.ts';

/**
 * @param shipped folder with one folder per pack; need not exist
 * @param home folder for what belongs to the person
 */
export async function linkShippedEngines(shipped: string, home: string): Promise<void> {
  const packs = await readdir(shipped).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []; // an installer without engines
    throw error;
  });
  if (packs.length > 0) await mkdir(packsFolder(home), { recursive: true });
  for (const pack of packs) {
    const place = join(packsFolder(home), pack);
    const there = await lstat(place).catch(() => null); // not there yet
    // An AppImage lies elsewhere at every start, so an old link leads nowhere.
    if (there?.isSymbolicLink()) await rm(place);
    if (there === null || there.isSymbolicLink()) await symlink(join(shipped, pack), place, 'junction');
  }
}
