// Looks at a file before SQLite does, so that what is not ours is refused without being touched.
import { open } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import { storageError } from '../blobs/index.ts';
import { applicationId } from './migrate.ts';
import { notAProject } from './sqlite-error.ts';

/** Not there, below a file, of a name that no file can have: too long, or with a NUL in it. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** Throws unless `file` begins like a Fovea project. See "The Database Header" in SQLite's file format. */
export async function checkHeader(file: string): Promise<void> {
  const header = Buffer.alloc(100);
  let length: number;
  try {
    const handle = await open(file, 'r');
    try {
      length = (await handle.read(header, 0, 100, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && absent.has(String(error.code))) throw new StudioError('not-found', 'project.none', { file }, `There is no project here: ${file} does not exist. Create one, or choose the folder that holds a project.fovea.`, { cause: error });
    throw storageError(error, file);
  }
  if (length === 0) throw notAProject(file, 'it is empty');
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw notAProject(file, 'it is no database');
  if (length < 100) throw notAProject(file, 'it ends in the middle of its header');
  if (header.readUInt32BE(68) !== applicationId) throw notAProject(file, 'it is a database of another program');
}
