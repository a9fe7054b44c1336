// Makes one engine pack: everything happens in a partial folder, whose last act is to be renamed, so a killed build leaves nothing half.
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BINDING, MANIFEST, PackManifest, packsFolder, sha256OfFile } from '../../main/engines/pack.ts';
import type { PackRow } from '../../main/engines/packs.ts';
import { fetchArchive } from './archive.ts';
import { bindingSource, compileBinding, stripLibraries } from './compile.ts';
import { findTools, run } from './tools.ts';
import { fetchWheel } from './wheel.ts';

const partial = /^\.partial-(\d+)-/;

/** Makes the pack of `row` below `home`. @throws CannotMakePack when the machine lacks something; Error when a step fails */
export async function makePack(home: string, row: PackRow, progress: (line: string) => void): Promise<void> {
  const started = Date.now();
  const packs = packsFolder(home);
  await mkdir(packs, { recursive: true });
  await sweepPartialPacks(packs);
  const tools = await findTools();
  if (!row.ran) progress(`Nobody has run the pack ${row.id} yet: \`npm test\` holds it to the oracle here.`);
  const out = join(packs, `.partial-${process.pid}-${row.id}`);
  const work = join(out, 'work'), include = join(work, 'include');
  await mkdir(work, { recursive: true });
  try {
    const folders = { work: join(work, 'source'), out, include };
    const source = row.source.kind === 'wheel' ? await fetchWheel(row, row.source, tools, folders, progress) : await fetchArchive(row, row.source, folders, progress);
    progress('Compiling the binding ...');
    await compileBinding(row, tools, { out, include });
    for (const file of row.libraries) await chmod(join(out, file), 0o755);
    await stripLibraries(row, out);
    await rm(work, { recursive: true });
    const version = (await run(process.execPath, ['-p', 'require(process.argv[1]).TF_Version', join(out, BINDING)], { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' })).trim();
    if (version !== row.tensorflow) throw new Error(`the pack says it is TensorFlow ${version}, not ${row.tensorflow}`);
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const file of [BINDING, ...row.libraries]) files[file] = { bytes: (await stat(join(out, file))).size, sha256: await sha256OfFile(join(out, file)) };
    const manifest: PackManifest = {
      format: 1, id: row.id, platform: row.platform, arch: row.arch, device: row.device, tensorflow: version,
      binding: bindingSource().version, source, compiler: tools.compilerVersion, files,
    };
    await writeFile(join(out, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    // Another process may have been faster; its pack is as good.
    if (existsSync(join(packs, row.id))) return await rm(out, { recursive: true });
    await rename(out, join(packs, row.id));
    progress(`Engine pack ${row.id} is ready after ${Math.round((Date.now() - started) / 1000)} s.`);
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

/** Removes what killed builds left: partial folders whose process is gone. */
export async function sweepPartialPacks(packs: string): Promise<void> {
  for (const name of await readdir(packs)) {
    const pid = Number(partial.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isRunning(pid)) await rm(join(packs, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
