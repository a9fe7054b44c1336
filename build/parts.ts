// The parts that are built before a window can show anything, each only when its sources are newer.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStale } from './stale.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Part {
  readonly name: string;
  /** The file that the build writes last. */
  readonly built: string;
  readonly sources: readonly string[];
  readonly command: readonly string[];
}

export const parts = {
  screens: {
    name: 'the screens', built: 'dist/renderer/index.html', sources: ['renderer', 'main/contract', 'package-lock.json'],
    command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'error'],
  },
  desktop: { name: 'the desktop app', built: 'dist/app/main.js', sources: ['main', 'electron', 'package.json', 'package-lock.json'], command: ['build/bundle.ts'] },
} as const satisfies Readonly<Record<string, Part>>;

/** Builds a part when it is stale. @throws Error when it cannot be built, or was interrupted */
export async function ensurePart({ name, built, sources, command: [script = '', ...args] }: Part, signal: AbortSignal = new AbortController().signal): Promise<void> {
  if (!isStale(join(root, built), sources.map((source) => join(root, source)))) return;
  console.error(`Building ${name} ...`);
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], signal });
  const code = await new Promise<number | null>((done) => child.once('error', () => done(null)).once('exit', done));
  if (code !== 0) throw new Error(`${name} could not be built`);
}
