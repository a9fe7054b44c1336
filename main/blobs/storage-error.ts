// Turns what a file system says into a sentence: the disk is full, the folder may not be written, the drive is gone.
import { StudioError } from '#contract/errors.ts';

/** The disk is full; `place` is what was being written. Shared with the database, which learns it from SQLite. */
export function diskFull(place: string, cause: unknown): StudioError {
  return new StudioError('storage', 'storage.full', { place }, `The disk is full: ${place} could not be written. Free some space and try again. Nothing that was saved is lost.`, { cause });
}

/**
 * The StudioError for a failed write or read, or the error itself where it is no file system's.
 * @param place path or name for the sentence
 */
export function storageError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(place, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StudioError('storage', 'storage.denied', { place }, `${place} may not be written by you. Give yourself the right to write there, or choose another folder.`, { cause: error });
    case 'ENAMETOOLONG':
    case 'ENOTDIR':
    case 'ERR_INVALID_ARG_VALUE':
      return new StudioError('invalid', 'storage.name', { place }, `${place} cannot be the name of a file or folder here. Choose a shorter one without special characters, in a folder that is there.`, { cause: error });
    case 'EFBIG':
      return new StudioError('storage', 'storage.too-big', { place }, `${place} is larger than the file system or a quota allows. Choose another folder.`, { cause: error });
    case 'EMFILE':
    case 'ENFILE':
      return new StudioError('storage', 'storage.too-many-files', { place }, `The system allows no more open files, so ${place} could not be opened. Close other programs and try again.`, { cause: error });
    case 'EIO':
      return new StudioError('storage', 'storage.input-output', { place }, `The drive reported an error at ${place}. Check the drive, and copy the project to another one.`, { cause: error });
    default:
      return error;
  }
}
