// `npm start`: builds what is stale, then shows Fovea in Electron where its program is or comes soon, else in a browser's window.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../main/cli/index.ts';
import { locatePack } from '../main/engines/pack.ts';
import { homeFolder } from '../main/home.ts';
import { endGroup, killGroup } from '../main/host/process-group.ts';
import { thisMachine, withoutScreen } from '../main/host/showing.ts';
import type { Surroundings } from '../main/host/showing.ts';
import { electronProgram, fetchElectron } from './electron-binary.ts';
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

/**
 * Makes the native engine beside the screens when it is not here: nobody waits for a download to see a window. What trains meanwhile trains on wasm.
 * @returns how to end it
 */
async function makeEngine(): Promise<() => Promise<void>> {
  const located = await locatePack(homeFolder()).catch(() => null); // damaged: it is made anew
  if (located?.pack) return async () => undefined;
  console.error('Making the native engine meanwhile; until it is there the wasm engine serves.');
  const child = spawn(process.execPath, [join(root, 'build/engine/index.ts')], { cwd: root, stdio: ['ignore', process.stderr, 'inherit'], detached: process.platform !== 'win32' });
  const leave = () => killGroup(child);
  process.once('exit', leave);
  child.once('exit', () => process.off('exit', leave)).once('error', (error) => console.error(`The native engine cannot be made: ${error.message}`));
  return () => endGroup(child);
}

/** @returns exit code */
async function start(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onInterrupt);
  let endEngine = async () => {};
  try {
    await ensurePart(parts.screens, interrupt.signal);
    endEngine = await makeEngine();
    const why = await inElectron(args, interrupt.signal);
    if (interrupt.signal.aborted) return 130;
    if (why === null) return 0;
    console.error(`Shown without Electron: ${why}.`);
    for (const signal of signals) process.off(signal, onInterrupt); // from here on they are the command's
    return await main(['serve', ...args]);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    throw error;
  } finally {
    await endEngine();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await start(process.argv.slice(2));
