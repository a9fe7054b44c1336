// `npm start`: builds what is stale, then shows Fovea in Electron where its program is or comes soon, else in a browser's window.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../main/cli/index.ts';
import { homeFolder } from '../main/home.ts';
import { thisMachine, withoutScreen } from '../main/host/showing.ts';
import type { Surroundings } from '../main/host/showing.ts';
import { electronProgram, fetchElectron } from './electron-binary.ts';
import { ensurePack } from './engine/ensure.ts';
import { ensurePart, parts } from './parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Seconds that a person waits for Electron before a browser serves. */
const PATIENCE = 20;
/** Electron that ends with an error sooner than this has shown no window. */
const SHORTEST = 5000;

/** Why Electron is not tried at all on this machine; null when it is. */
export function withoutElectron(machine: Surroundings): string | null {
  if (machine.environment['FOVEA_BROWSER']) return 'FOVEA_BROWSER is set';
  return withoutScreen(machine);
}

/** @returns why Electron shows nothing here; null when it has run and was closed */
async function inElectron(args: readonly string[], signal: AbortSignal): Promise<string | null> {
  const refused = withoutElectron(thisMachine());
  if (refused !== null) return refused;
  if (electronProgram() === null) {
    console.error(`Fetching Electron, ${PATIENCE} s at most ...`);
    const missing = await fetchElectron(PATIENCE, signal);
    if (missing !== null) return missing;
  }
  const program = electronProgram();
  if (program === null) return 'Electron is not here';
  await ensurePart(parts.desktop, signal);
  console.error('Shown in Electron: its program is here.');
  const started = Date.now();
  // The engines are tried out by Node itself, which a packaged Electron cannot be.
  const child = spawn(program, [join(root, 'dist/app/main.js'), ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, FOVEA_NODE: process.execPath }, signal, killSignal: 'SIGTERM' });
  const code = await new Promise<number | null>((done) => child.once('error', () => done(null)).once('exit', done));
  return code !== 0 && !signal.aborted && Date.now() - started < SHORTEST ? `Electron ended with code ${code}` : null;
}

async function start(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onInterrupt);
  try {
    await ensurePart(parts.screens, interrupt.signal);
    const pack = await ensurePack(homeFolder(), { progress: (line) => console.error(line) });
    if (!pack.available) console.error(`${pack.reason} The wasm engine serves instead.`);
    const why = await inElectron(args, interrupt.signal);
    if (why === null || interrupt.signal.aborted) return interrupt.signal.aborted ? 130 : 0;
    console.error(`Shown without Electron: ${why}.`);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    throw error;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onInterrupt);
  }
  return main(['serve', ...args]);
}

if (process.argv[1] !== undefined && existsSync(process.argv[1]) && fileURLToPath(import.meta.url) === process.argv[1]) process.exitCode = await start(process.argv.slice(2));
