// `node build/bundle.ts`: the desktop app's own code in dist/app, and what runs as Node (command line, jobs, workers, probe) in dist/node.
import { rmSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import type { InputOptions, Plugin } from 'rolldown';
import { desktopEntries } from '../electron/entries.ts';
import { entries } from '../main/entries.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Packages with native code or files of their own: they stay packages, outside the archive. */
const external = ['electron', 'better-sqlite3', 'sharp', 'onnxruntime-node', /^@tensorflow\//];

/** Programs and workers that are loaded by their address, by the name that they get. */
const loaded = {
  job: fileURLToPath(entries.job),
  'image-worker': fileURLToPath(entries.imageWorker),
  'batch-worker': fileURLToPath(entries.batchWorker),
  'tile-worker': fileURLToPath(entries.tileWorker),
  'engine-probe': fileURLToPath(entries.engineProbe),
  'desktop-job': fileURLToPath(desktopEntries.job),
};
/** Where a source is found from a file in dist/app or dist/node, when it is no plain file of the tree. */
const moved = new Map<string, string>([...Object.entries(loaded).map(([name, file]) => [file, `../node/${name}.js`] as const), [fileURLToPath(desktopEntries.preload), './preload.cjs']]);

/**
 * Rewrites `new URL('...', import.meta.url)`: all files of a bundle lie two folders below the root, wherever their source lay.
 * Inside the packaged archive, what is started as a process or worker is a real file beside it.
 */
const addresses: Plugin = {
  name: 'addresses',
  transform(code, id) {
    if (!id.startsWith(root) || id.includes('node_modules')) return null;
    return code.replaceAll(/new URL\('([^']+)', import\.meta\.url\)/g, (_all, path: string) => {
      const target = resolve(dirname(id), path);
      const place = moved.get(target);
      if (place?.startsWith('../node/')) return `new URL('${place}', import.meta.url.replace('/app.asar/', '/app.asar.unpacked/'))`;
      const plain = `../../${relative(root, target).split(sep).join('/')}${path.endsWith('/') ? '/' : ''}`;
      return `new URL('${place ?? plain}', import.meta.url)`;
    });
  },
};

const shared: InputOptions = { external, plugins: [addresses], platform: 'node', cwd: root, logLevel: 'warn' };
const names = { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };

const preload: InputOptions = { ...shared, input: { preload: fileURLToPath(desktopEntries.preload) } };

/** The preload as a window runs it: one script for a sandbox that has only `electron` to require. */
export async function preloadScript(): Promise<string> {
  const { output: [chunk] } = await build({ ...preload, write: false, output: { format: 'cjs' } });
  return chunk.code;
}

/** @param out folder instead of dist/, for tests; two levels below it lies what the code takes for the root */
export async function bundle(out: string = resolve(root, 'dist')): Promise<void> {
  for (const part of ['app', 'node']) rmSync(resolve(out, part), { recursive: true, force: true });
  await build({ ...shared, input: { fovea: resolve(root, 'main/cli/index.ts'), ...loaded }, output: { dir: resolve(out, 'node'), format: 'esm', ...names } });
  await build({ ...preload, output: { file: resolve(out, 'app/preload.cjs'), format: 'cjs' } });
  // Last: its date tells whether the bundle is stale.
  await build({ ...shared, input: { main: resolve(root, 'electron/main.ts') }, output: { dir: resolve(out, 'app'), format: 'esm', ...names } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
