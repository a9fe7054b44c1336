// Outputs of frozen stages kept on disk between runs. Everything here can be computed again, so a file that is not whole is dropped, not mourned.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readSafetensors, writeSafetensors } from '../../weights/index.ts';

/** Everything that an output depends on besides the picture. Two runs that agree in all of it share their outputs. */
export interface FeatureKey {
  /** sha256 over the values of all parameters before the node. */
  readonly weights: string;
  readonly backbone: string;
  readonly node: string;
  readonly preprocessing: unknown;
  /** Random change of the view; null = the picture as it is. */
  readonly view: unknown;
  /** Engine, its version, device and threads: other ones give other last digits. */
  readonly engine: unknown;
  readonly precision: string;
}

export interface FeatureCache {
  /** What is there of the pictures asked for, by name. */
  read(key: FeatureKey, names: ReadonlySet<string>, length: number): Promise<ReadonlyMap<string, Float32Array>>;
  /** @param data one row of `length` numbers per name */
  write(key: FeatureKey, names: readonly string[], data: Float32Array): Promise<void>;
  /** Removes what was used longest ago until no more than `bytes` are left. */
  prune(bytes: number): Promise<void>;
}

/** Where a project keeps its outputs: beside the blobs, so that a project that is deleted takes them along. */
export const cacheFolder = (blobs: string): string => join(dirname(blobs), 'cache', 'features');

/** A folder per key, and in it files named by the sha256 of their bytes, each with the outputs of some pictures. */
export function openFeatureCache(folder: string): FeatureCache {
  const folderOf = (key: FeatureKey) => join(folder, createHash('sha256').update(JSON.stringify(['features 1', key])).digest('hex'));
  return {
    async read(key, names, length) {
      const found = new Map<string, Float32Array>();
      const place = folderOf(key);
      for (const file of await namesIn(place)) {
        // Still being written, or left over from a crash: goes with its set.
        if (file.endsWith('.part')) continue;
        const part = await readPart(join(place, file), file, length);
        if (part === null) await rm(join(place, file), { force: true });
        else part.names.forEach((name, i) => { if (names.has(name)) found.set(name, part.data.subarray(i * length, (i + 1) * length)); });
      }
      if (found.size > 0) await utimes(place, new Date(), new Date());
      return found;
    },

    async write(key, names, data) {
      const place = folderOf(key);
      await mkdir(place, { recursive: true });
      const bytes = writeSafetensors(new Map([['outputs', { shape: [names.length, data.length / names.length], data }]]), { dtype: 'float32', metadata: { names: JSON.stringify(names) } });
      // Not flushed to the disk: after a crash a torn file no longer matches its name.
      const aside = join(place, `${randomUUID()}.part`);
      await writeFile(aside, bytes);
      await rename(aside, join(place, createHash('sha256').update(bytes).digest('hex')));
    },

    async prune(budget) {
      const sets = await Promise.all((await namesIn(folder)).map(async (name) => {
        const place = join(folder, name);
        const sizes = await Promise.all((await namesIn(place)).map(async (file) => (await stat(join(place, file)).catch(() => null))?.size ?? 0));
        return { place, used: (await stat(place).catch(() => null))?.mtimeMs ?? 0, bytes: sizes.reduce((a, b) => a + b, 0) };
      }));
      let left = sets.reduce((sum, set) => sum + set.bytes, 0);
      for (const set of sets.sort((a, b) => a.used - b.used)) {
        if (left <= budget) return;
        await rm(set.place, { recursive: true, force: true });
        left -= set.bytes;
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  })).sort();
}

/** Null when the file is not what its name says. */
async function readPart(path: string, name: string, length: number): Promise<{ readonly names: readonly string[]; readonly data: Float32Array } | null> {
  // Gone meanwhile: another process dropped it.
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== name) return null;
  const { tensors, metadata } = readSafetensors(bytes);
  const names = JSON.parse(metadata.get('names') ?? '[]') as string[]; // the checksum says that write() made it
  const data = tensors.get('outputs')?.data;
  return data && data.length === names.length * length ? { names, data } : null;
}
