// Compiles tfjs-node's native binding against the libraries of a pack: one compiler call, no node-gyp, no download.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BINDING } from '../../main/engines/pack.ts';
import type { PackRow } from '../../main/engines/packs.ts';
import { CannotMakePack, run, type Tools } from './tools.ts';

const require = createRequire(import.meta.url);
const NODE_API = 8;

/** Folder and version of the package whose C++ source is compiled; tfjs-node's is the same source. */
export function bindingSource(): { readonly folder: string; readonly version: string } {
  const manifest = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const { version } = require(manifest) as { readonly version: string };
  return { folder: join(dirname(manifest), 'binding'), version };
}

/** Writes the binding into `out`, beside the libraries it is linked with. It finds them from its own place, so a pack may be moved. */
export async function compileBinding(row: PackRow, tools: Tools, folders: { readonly out: string; readonly include: string }): Promise<void> {
  const { folder } = bindingSource();
  const { include_dir: nodeApi } = require('node-api-headers') as { readonly include_dir: string };
  await run(tools.compiler, [
    '-std=c++17', '-O2', '-fPIC', '-fvisibility=hidden', `-DNAPI_VERSION=${NODE_API}`,
    `-I${folders.include}`, `-I${nodeApi}`, `-I${folder}`,
    join(folder, 'tfjs_backend.cc'), join(folder, 'tfjs_binding.cc'),
    '-o', join(folders.out, BINDING), `-L${folders.out}`, ...linking(row, folders.out),
  ]);
}

function linking(row: PackRow, out: string): readonly string[] {
  switch (row.platform) {
    // -l:NAME links by file name; $ORIGIN is the binding's own folder.
    case 'linux': return ['-shared', ...row.libraries.map((library) => `-l:${library}`), '-Wl,-rpath,$ORIGIN', '-Wl,-z,now,-z,relro', '-s'];
    // Not run yet. Node's own symbols are resolved when the binding is loaded.
    case 'darwin': return ['-bundle', '-undefined', 'dynamic_lookup', ...row.libraries.map((library) => join(out, library)), '-Wl,-rpath,@loader_path'];
    case 'win32': throw new CannotMakePack('The binding is not compiled on Windows yet; the wasm engine serves there.');
  }
}

/** Drops the static symbol table of the libraries (170 of 630 MB); exported symbols stay. @returns whether there was a strip program */
export async function stripLibraries(row: PackRow, out: string): Promise<boolean> {
  if (row.platform !== 'linux') return false; // would break the signature on macOS
  try {
    await run('strip', ['--version']);
  } catch {
    return false; // only costs disk
  }
  for (const library of row.libraries) await run('strip', ['--strip-unneeded', join(out, library)]);
  return true;
}
