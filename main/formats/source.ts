// The files that an annotation format reads: one file, or a folder, seen as relative paths that cannot leave it.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { StudioError } from '#contract/errors.ts';

export interface Source {
  /** Relative paths with forward slashes, sorted. For a single file: its name. */
  readonly files: readonly string[];
  /** The file's text, whatever its encoding. */
  text(file: string): Promise<string>;
  /** The file as it is. */
  bytes(file: string): Promise<Uint8Array>;
}

/** Larger files hold no annotations that a small image set could need, and would not fit into one text. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Opens a file or folder. Links are not followed.
 * @throws StudioError not-found
 */
export async function openSource(path: string): Promise<Source> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new StudioError('not-found', 'annotations.missing', { path }, `There is no file or folder ${path}.`);
  const folder = found.isDirectory() ? path : dirname(path);
  const files = found.isDirectory() ? await list(path) : [basename(path)];
  const known = new Set(files);
  const bytes = async (file: string) => {
    if (!known.has(file)) throw new StudioError('not-found', 'annotations.missing', { path: file }, `There is no file ${file} in ${folder}.`);
    const place = join(folder, file);
    const { size } = await stat(place);
    if (size > MOST_BYTES) throw new StudioError('unreadable', 'annotations.too-large', { path: file, bytes: size }, `${file} is too large for annotations (${Math.round(size / 2 ** 20)} MB). Split it into smaller files.`);
    return readFile(place);
  };
  return { files, bytes, text: async (file) => decodeText(await bytes(file)) };
}

async function list(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}

/** Bytes to text: by their byte order mark, else as UTF-8, else as Windows-1252, in which Excel saves CSV files in the West. The mark is dropped. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
