// Gets TensorFlow's official C library archive, for platforms whose wheel has no usable library. No such row has been run yet.
import { createWriteStream } from 'node:fs';
import { copyFile, cp, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { sha256OfFile } from '../../main/engines/pack.ts';
import type { ArchiveSource, PackRow } from '../../main/engines/packs.ts';
import { CannotMakePack, run } from './tools.ts';
import type { Source } from './wheel.ts';

/**
 * Downloads and unpacks the archive of `row` into the folders, as `fetchWheel` does with a wheel.
 * @throws CannotMakePack while the row has no checksum
 */
export async function fetchArchive(row: PackRow, source: ArchiveSource, folders: { readonly work: string; readonly out: string; readonly include: string }, progress: (line: string) => void): Promise<Source> {
  if (source.sha256 === null) {
    throw new CannotMakePack(`TensorFlow ${row.tensorflow} for ${row.platform} ${row.arch} (${row.device}) comes from an archive whose checksum is not pinned, so it is not fetched. Pin it in main/engines/packs.ts after a run on such a machine.`);
  }
  const { work, out, include } = folders;
  await mkdir(work, { recursive: true });
  const name = basename(new URL(source.url).pathname);
  const archive = join(work, name);
  progress(`Downloading ${source.url} ...`);
  const response = await fetch(source.url);
  if (!response.ok || response.body === null) throw new Error(`${source.url} answered ${response.status}`);
  // fetch's stream type and node:stream/web's are the same thing under two names.
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(archive));
  const sha256 = await sha256OfFile(archive);
  if (sha256 !== source.sha256) throw new Error(`${name} is not the pinned file: its sha256 is ${sha256}, expected ${source.sha256}`);
  progress('Unpacking ...');
  const unpacked = join(work, 'unpacked');
  await mkdir(unpacked);
  await run('tar', ['-xf', archive, '-C', unpacked]);
  await cp(join(unpacked, 'include'), include, { recursive: true });
  // The archives hold chains of links; a pack holds real files under the one name that the binding asks for.
  for (const library of row.libraries) await copyFile(await realpath(join(unpacked, 'lib', library)), join(out, library));
  return { name, bytes: (await stat(archive)).size, sha256 };
}
