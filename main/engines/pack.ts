// Finds, verifies and loads an engine pack: the native TensorFlow library with its binding, in `<home>/engines/<id>/`.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { z } from 'zod';
import { lacksAvx, thisMachine, type Machine } from './machine.ts';
import type { NativeBinding } from './native-binding.ts';
import { packRowsFor } from './packs.ts';

export const BINDING = 'tfjs_binding.node';
export const MANIFEST = 'manifest.json';
const VERIFIED = 'verified.json';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const PackManifest = z.object({
  format: z.literal(1),
  id: z.string(),
  platform: z.string(),
  arch: z.string(),
  device: z.enum(['cpu', 'cuda']),
  tensorflow: z.string(),
  /** Version of tfjs-node whose binding source was compiled. */
  binding: z.string(),
  source: z.object({ name: z.string(), bytes: z.number().int(), sha256: Sha256 }),
  compiler: z.string(),
  /** Every file of the pack but the manifest itself. */
  files: z.record(z.string(), z.object({ bytes: z.number().int(), sha256: Sha256 })),
});
export type PackManifest = z.infer<typeof PackManifest>;

export interface EnginePack {
  readonly folder: string;
  readonly manifest: PackManifest;
  /** sha256 of the manifest file: names the pack in a run's record. */
  readonly manifestSha256: string;
}

/** A pack, or why there is none. `reason` beside a pack says why it is not a better one. */
export type Located =
  | { readonly pack: EnginePack; readonly reason: string | null }
  | { readonly pack: null; readonly reason: string };

/** Folder of all packs of a person. */
export const packsFolder = (home: string): string => join(home, 'engines');

/** Reads the manifest of a pack. @throws StudioError 'engine' when it is damaged. */
export async function readPack(folder: string): Promise<EnginePack> {
  if (!existsSync(join(folder, MANIFEST))) throw damaged(folder, MANIFEST);
  const bytes = await readFile(join(folder, MANIFEST));
  const parsed = PackManifest.safeParse(parseJson(bytes));
  if (!parsed.success) throw damaged(folder, MANIFEST);
  return { folder, manifest: parsed.data, manifestSha256: createHash('sha256').update(bytes).digest('hex') };
}

/** The best pack that is there for this machine. Does not verify it. */
export async function locatePack(home: string, machine: Machine = thisMachine()): Promise<Located> {
  if (lacksAvx(machine)) return { pack: null, reason: 'This processor has no AVX, which TensorFlow needs.' };
  const rows = packRowsFor({ ...machine, cuda: machine.cuda !== null });
  if (rows.length === 0) return { pack: null, reason: `There is no TensorFlow for ${machine.platform} on ${machine.arch}.` };
  for (const row of rows) {
    const folder = join(packsFolder(home), row.id);
    if (!existsSync(join(folder, MANIFEST))) continue;
    const missed = machine.cuda !== null && row.device === 'cpu';
    return { pack: await readPack(folder), reason: missed ? `${machine.cuda} is not used: no engine pack for it is installed.` : null };
  }
  return { pack: null, reason: 'Its engine pack is not on this machine. `npm run engine` makes it.' };
}

/**
 * Compares every file with the manifest. A verification is remembered (sizes, times and manifest), so only the first one reads the files.
 * @param again read them all the same
 * @throws StudioError 'engine' naming the first file that is missing or changed
 */
export async function verifyPack(pack: EnginePack, options: { readonly again?: boolean } = {}): Promise<void> {
  const names = Object.keys(pack.manifest.files).sort();
  const seen = JSON.stringify({ manifest: pack.manifestSha256, files: await Promise.all(names.map((name) => sizeAndTime(pack, name))) });
  const memory = join(pack.folder, VERIFIED);
  if (!options.again && existsSync(memory) && await readFile(memory, 'utf8') === seen) return;
  for (const name of names) {
    if (await sha256OfFile(join(pack.folder, name)) !== pack.manifest.files[name]!.sha256) throw damaged(pack.folder, name);
  }
  try {
    await writeFile(memory, seen);
  } catch (error) {
    // A pack in a folder that this person may not write is verified anew each time.
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function sizeAndTime(pack: EnginePack, name: string): Promise<readonly [string, number, number]> {
  const path = join(pack.folder, name);
  if (!existsSync(path)) throw damaged(pack.folder, name);
  const { size, mtimeMs } = await stat(path);
  if (size !== pack.manifest.files[name]!.bytes) throw damaged(pack.folder, name);
  return [name, size, mtimeMs];
}

let loaded: { readonly folder: string; readonly threads: number; readonly binding: NativeBinding } | undefined;

/**
 * Loads the binding into this process. TensorFlow reads its thread counts once, so a process has one pack and one number.
 * @throws StudioError 'engine' when the library does not load, or was loaded otherwise before
 */
export function loadBinding(pack: EnginePack, threads: number): NativeBinding {
  if (loaded) {
    if (loaded.folder === pack.folder && loaded.threads === threads) return loaded.binding;
    throw new StudioError('engine', 'engine.loaded-otherwise', { threads: loaded.threads },
      `This process already runs TensorFlow with ${loaded.threads} thread(s). Start a new one for another pack or thread count.`);
  }
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  // By itself TensorFlow uses oneDNN on processors with AVX-512 VNNI only. With AVX2 it is worth 1.3 (ResNet-18) to 1.5 times (MobileNetV2) in training.
  if (process.arch === 'x64') process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  // Take what is needed instead of the whole device, so that two jobs fit on one GPU.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    // The binding is a native module: its types are ours to state.
    const binding = createRequire(import.meta.url)(join(pack.folder, BINDING)) as NativeBinding;
    loaded = { folder: pack.folder, threads, binding };
    return binding;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new StudioError('engine', 'engine.pack-does-not-load', { detail }, `The TensorFlow library does not load: ${detail}`, { cause: error });
  }
}

export interface OpenPack extends EnginePack {
  readonly binding: NativeBinding;
  /** `cpu` or `gpu:0`. */
  readonly device: string;
  /** Why it runs on a lesser device than it could. */
  readonly reason: string | null;
}

/** Finds, verifies and loads the pack of this machine. @throws StudioError 'engine' with the reason when there is none */
export async function openPack(home: string, threads: number): Promise<OpenPack> {
  const { pack, reason } = await locatePack(home);
  if (pack === null) throw new StudioError('engine', 'engine.no-pack', { reason }, reason);
  await verifyPack(pack);
  const binding = loadBinding(pack, threads);
  if (binding.isUsingGpuDevice()) return { ...pack, binding, device: 'gpu:0', reason };
  // TensorFlow itself says nothing when it falls from the GPU to the processor.
  const fallen = pack.manifest.device === 'cuda' ? 'TensorFlow found no GPU that it can use, and runs on the processor. Check the NVIDIA driver, CUDA 12 and cuDNN 9.' : reason;
  return { ...pack, binding, device: 'cpu', reason: fallen };
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined; // not JSON: refused by the schema
  }
}

function damaged(folder: string, file: string): StudioError {
  return new StudioError('engine', 'engine.pack-damaged', { folder, file }, `The engine pack is damaged (${file}). Delete the folder ${folder} and run \`npm run engine\` again.`);
}
