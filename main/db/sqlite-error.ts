// Turns what SQLite says into a sentence: the disk is full, the file is damaged, somebody else writes.
import { StudioError } from '#contract/errors.ts';
import { diskFull, storageError } from '../blobs/index.ts';

/** A page of the database cannot be trusted. The file stays as it is: it may still be the best copy there is. */
export function damaged(file: string, detail: string, cause?: unknown): StudioError {
  return new StudioError('unreadable', 'project.damaged', { file, detail }, `${file} is damaged (${detail}). It was left as it is. Restore the project folder from a copy.`, { cause });
}

export function notAProject(file: string, what: string, cause?: unknown): StudioError {
  return new StudioError('unreadable', 'project.foreign', { file, what }, `${file} is no Fovea project: ${what}. It was left as it is. Choose another folder, or restore the file from a copy.`, { cause });
}

/** The StudioError for a failed statement, or the error itself where it is a fault of ours. */
export function sqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (!error.code.startsWith('SQLITE_')) return storageError(error, file);
  // Extended codes refine the first two words: SQLITE_IOERR_FSYNC, SQLITE_CORRUPT_INDEX.
  switch (error.code.split('_').slice(0, 2).join('_')) {
    case 'SQLITE_FULL':
      return diskFull(file, error);
    case 'SQLITE_CORRUPT':
      return damaged(file, error.message, error);
    case 'SQLITE_NOTADB':
      return notAProject(file, error.message, error);
    case 'SQLITE_BUSY':
      return new StudioError('locked', 'project.busy', { file }, `Another program holds ${file} and does not let go. Close it there and try again.`, { cause: error });
    case 'SQLITE_IOERR':
      // SQLite names no errno; a full disk shows up here too when the -shm file cannot grow.
      return new StudioError('storage', 'storage.input-output', { place: file }, `The drive reported an error at ${file}, or has no space left. Check the drive. Nothing that was saved is lost.`, { cause: error });
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
      return new StudioError('storage', 'storage.denied', { place: file }, `${file} may not be written by you, or its folder is gone. Give yourself the right to write there, or choose another folder.`, { cause: error });
    default:
      return error;
  }
}
