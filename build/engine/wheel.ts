// Gets TensorFlow's libraries and C headers out of its Python wheel. The wheel is an archive here: nothing in it is executed.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../../main/engines/pack.ts';
import type { PackRow, WheelSource } from '../../main/engines/packs.ts';
import { run, type Tools } from './tools.ts';
import { extractZipEntry, readZipDirectory } from './zip.ts';

export interface Source {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the binding includes: the C interface, and the string type whose functions are header inlines. */
const header = /^tensorflow\/include\/((?:tensorflow\/c\/(?:eager\/)?[^/]+|tensorflow\/core\/platform\/ctstring[^/]*|(?:tensorflow\/|xla\/)?tsl\/(?:platform\/ctstring[^/]*|c\/[^/]+))\.h)$/;

/**
 * Downloads the wheel of `row` with pip and takes the libraries into `out` and the headers into `include`.
 * @param work an empty folder; the wheel stays in it
 * @throws when the wheel is not the pinned one
 */
export async function fetchWheel(row: PackRow, source: WheelSource, tools: Tools, folders: { readonly work: string; readonly out: string; readonly include: string }, progress: (line: string) => void): Promise<Source> {
  const { work, out, include } = folders;
  await mkdir(work, { recursive: true });
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  progress(`Downloading TensorFlow ${row.tensorflow} for ${row.platform} ${row.arch} (package ${source.package}, ${megabytes(source.bytes)} MB) with pip ...`);
  const watch = setInterval(() => {
    void folderBytes(work).then((bytes) => progress(`  ${megabytes(bytes)} of ${megabytes(source.bytes)} MB`));
  }, 3000);
  try {
    await run(tools.python, [
      '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-cache-dir', '--retries', '2', '--only-binary=:all:',
      '--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311', ...source.tags.flatMap((tag) => ['--platform', tag]),
      '--dest', work, `${source.package}==${row.tensorflow}`,
    ], { ...process.env, TMPDIR: work });
  } finally {
    clearInterval(watch);
  }
  const name = (await readdir(work)).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw new Error(`pip left no wheel of ${source.package} ${row.tensorflow}`);
  const wheel = join(work, name);
  const sha256 = await sha256OfFile(wheel);
  if (sha256 !== source.sha256) throw new Error(`${name} is not the pinned file: its sha256 is ${sha256}, expected ${source.sha256}`);
  progress('Unpacking two libraries and the C headers ...');
  const wanted = new Map(row.libraries.map((library) => [`tensorflow/${library}`, join(out, library)]));
  for (const entry of await readZipDirectory(wheel)) {
    const included = header.exec(entry.name)?.[1];
    const destination = wanted.get(entry.name) ?? (included === undefined ? undefined : join(include, included));
    if (destination !== undefined) await extractZipEntry(wheel, entry, destination);
    wanted.delete(entry.name);
  }
  if (wanted.size > 0) throw new Error(`${name} holds no ${[...wanted.keys()].join(', ')}`);
  return { name, bytes: (await stat(wheel)).size, sha256 };
}

/** Bytes below a folder that grows meanwhile: files may vanish between listing and looking. */
async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += await stat(join(entry.parentPath, entry.name)).then(({ size }) => size, () => 0);
  }
  return sum;
}
