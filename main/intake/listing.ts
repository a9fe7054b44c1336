// Finds the files of an import: folders are walked in a fixed order, links are not followed, what systems leave behind is passed over.
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { ImportReport } from '#contract/import.ts';

export interface FoundFile {
  /** Absolute. */
  readonly file: string;
  /** Relative to the imported folder, with forward slashes; the bare name of a file that was named itself. */
  readonly path: string;
}

export interface Listing {
  /** In natural order of their paths: `10.png` comes after `9.png`. */
  readonly files: readonly FoundFile[];
  /** Folders that could not be opened. */
  readonly rejected: ImportReport['rejected'];
  /** Symbolic links, which might lead anywhere. */
  readonly links: number;
  /** Files passed over because they are masks of pictures beside them. */
  readonly masks: number;
}

/** Hidden files, and what Windows, macOS and network drives write beside pictures. */
const litter = /^(\..*|thumbs\.db|desktop\.ini|__macosx|@eadir|\$recycle\.bin|icon\r)$/i;
/** A folder that holds this is a project: its blobs are no pictures to import. */
const projectFile = 'project.fovea';

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });
const byName = (a: string, b: string) => natural.compare(a, b) || (a < b ? -1 : 1);

/**
 * @param paths files and folders; a link among these is followed, since a person named it
 * @param passed absolute paths that are no pictures: tables that say what the pictures are
 * @throws StudioError `not-found` for a path that is not there
 */
export async function listFiles(paths: readonly string[], passed: ReadonlySet<string>): Promise<Listing> {
  const files: FoundFile[] = [], rejected: ImportReport['rejected'] = [];
  let links = 0;

  async function walk(folder: string, path: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      rejected.push({ path: path || folder, code: 'folder.not-opened', message: `The folder cannot be opened${error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''}. Give yourself the right to read it and import again.` });
      return [];
    });
    if (entries.some(({ name }) => name === projectFile)) return;
    for (const entry of entries.toSorted((a, b) => byName(a.name, b.name))) {
      if (litter.test(entry.name)) continue;
      const below = { file: join(folder, entry.name), path: path === '' ? entry.name : `${path}/${entry.name}` };
      if (entry.isSymbolicLink()) links++;
      else if (entry.isDirectory()) await walk(below.file, below.path);
      else if (entry.isFile() && !passed.has(below.file)) files.push(below);
    }
  }

  for (const path of paths) {
    const found = await realpath(path).then(lstat, () => null);
    if (found === null) throw new StudioError('not-found', 'import.path', { path }, `There is no file or folder ${path}.`);
    if (found.isDirectory()) await walk(await realpath(path), '');
    else files.push({ file: path, path: basename(path) });
  }
  // The same file twice, from a folder and by its own name, is one file.
  const distinct = [...new Map(files.toReversed().map((one) => [one.file, one])).values()].reverse();
  const masks = masksAmong(distinct);
  return { files: distinct.filter((one) => !masks.has(one)), rejected, links, masks: masks.size };
}

const maskFolder = /(^|[_-])(masks?|segmentations?|labels)([_-]|$)/i;

/** What a table of the objects in masks ends in. */
const tableOfMasks = /\.(csv|json)$/i;

/** Files in folders named like masks, where every one of them but tables has a picture of the same name outside such folders. */
function masksAmong(files: readonly FoundFile[]): ReadonlySet<FoundFile> {
  const isMask = ({ path }: FoundFile) => path.split('/').slice(0, -1).some((name) => maskFolder.test(name));
  const stem = ({ path }: FoundFile) => path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '');
  const masks = files.filter(isMask), pictures = new Set(files.filter((one) => !isMask(one)).map(stem));
  return new Set(masks.every((one) => tableOfMasks.test(one.path) || pictures.has(stem(one))) ? masks : []);
}
