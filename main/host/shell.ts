// The machine's folders for a page that has no file dialog of its own, and a place for files dropped on it.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '../contract/errors.ts';
import type { FolderEntry, FolderListing, Places, ShellRequest } from '../contract/shell.ts';

const PICTURE = /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i;
/** As many entries as a chooser can show; more is said to be more. */
const MOST = 2000;

export interface HostShell {
  answer(request: ShellRequest): Promise<unknown>;
  /** Writes one dropped file into a folder made by `receive`. */
  receiveFile(folder: string, name: string, body: Readable): Promise<void>;
  /** Removes what was dropped and not released. */
  close(): Promise<void>;
}

/** @param home folder for what belongs to the person; dropped files wait below it */
export function createShell(home: string): HostShell {
  const waiting = join(home, 'dropped');
  const folders = new Set<string>();

  const release = async (folder: string) => {
    if (!folders.delete(folder)) throw new StudioError('not-found', 'shell.no-drop', { folder }, 'There is no such folder of dropped files. Drop the files again.');
    await rm(folder, { recursive: true, force: true });
  };

  return {
    async answer(request) {
      switch (request.type) {
        case 'places': return places();
        case 'list': return listFolder(request.path);
        case 'reveal': return reveal(request.path);
        case 'receive': {
          const folder = join(waiting, randomUUID());
          await mkdir(folder, { recursive: true, mode: 0o700 });
          folders.add(folder);
          return { folder };
        }
        case 'release': await release(request.folder); return {};
      }
    },
    async receiveFile(folder, name, body) {
      const path = normalize(join(folder, name));
      if (!folders.has(folder) || !path.startsWith(folder + sep)) throw new StudioError('invalid', 'shell.bad-name', { name }, 'This file name leads out of the folder of dropped files.');
      await mkdir(dirname(path), { recursive: true });
      await pipeline(body, createWriteStream(path, { flags: 'wx' }));
    },
    async close() {
      await Promise.all([...folders].map(release));
    },
  };
}

async function places(): Promise<Places> {
  const home = homedir();
  const named = ['Pictures', 'Documents', 'Desktop', 'Downloads'].map((name) => ({ name, path: join(home, name) }));
  const there = await Promise.all(named.map(async (place) => ((await stat(place.path).catch(() => null))?.isDirectory() ? [place] : [])));
  return { home, projects: join(home, 'Fovea'), others: there.flat() };
}

/** Lists a folder for a chooser; a project is a folder that holds `project.fovea`. */
export async function listFolder(path: string): Promise<FolderListing> {
  const folder = resolve(path);
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new StudioError('not-found', 'shell.no-folder', { folder }, `The folder ${folder} cannot be read (${cause.code ?? 'unknown'}). Choose another one.`, { cause });
  });
  const seen = found.filter(({ name }) => !name.startsWith('.'));
  const entries = await Promise.all(seen.slice(0, MOST).map(async (entry): Promise<FolderEntry> => {
    const own = join(folder, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && ((await stat(own).catch(() => null))?.isDirectory() ?? false));
    if (!isFolder) return { name: entry.name, path: own, kind: PICTURE.test(entry.name) ? 'picture' : 'file' };
    const project = await stat(join(own, 'project.fovea')).catch(() => null);
    return { name: entry.name, path: own, kind: project ? 'project' : 'folder' };
  }));
  const rank = (entry: FolderEntry) => (entry.kind === 'folder' || entry.kind === 'project' ? 0 : 1);
  entries.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true }));
  const parent = dirname(folder);
  return { path: folder, parent: parent === folder ? null : parent, separator: sep, entries, more: seen.length > MOST };
}

/** Opens the system's file manager; what it does then is its own business. */
async function reveal(path: string): Promise<object> {
  const facts = await stat(path).catch(() => null);
  if (!facts) throw new StudioError('not-found', 'shell.gone', { path }, `${path} is not there any more.`);
  const folder = facts.isDirectory() ? path : dirname(path);
  const [command, args] = process.platform === 'win32' ? ['explorer.exe', [`/select,${path}`]] as const : process.platform === 'darwin' ? ['open', ['-R', path]] as const : ['xdg-open', [folder]] as const;
  await new Promise<void>((done, failed) => {
    spawn(command, args, { stdio: 'ignore', detached: true }).once('spawn', done).once('error', (cause) => {
      failed(new StudioError('refused', 'shell.no-file-manager', { folder }, `No file manager could be opened. The folder is ${folder}.`, { cause }));
    }).unref();
  });
  return {};
}
