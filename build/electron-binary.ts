// Finds Electron's program, or fetches it. Never by importing the package `electron`: that would fetch it, for as long as it takes, at any moment.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const electronPackage = fileURLToPath(new URL('../node_modules/electron/', import.meta.url));

/** Path of the program, or null when it is not here; as the package's own index.js looks for it. */
export function electronProgram(folder: string = electronPackage, environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8').trim() : null;
  const elsewhere = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  const program = elsewhere ? join(elsewhere, name ?? 'electron') : name === null ? null : join(folder, 'dist', name);
  return program !== null && existsSync(program) ? program : null;
}

/**
 * Lets the package fetch its program.
 * @param seconds after which it is given up and ended
 * @returns null when it is here now, else why not
 */
export async function fetchElectron(seconds: number, signal: AbortSignal, installer: string = join(electronPackage, 'install.js')): Promise<string | null> {
  if (!existsSync(installer)) return 'Electron is not among the installed packages';
  const late = AbortSignal.timeout(seconds * 1000);
  const child = spawn(process.execPath, [installer], { stdio: ['ignore', 'ignore', 'pipe'], signal: AbortSignal.any([signal, late]), killSignal: 'SIGKILL' });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const code = await new Promise<number | null>((done) => child.on('error', () => { if (child.pid === undefined) done(null); }).once('exit', done)); // an abort is an error first, and an end a moment later
  if (code === 0) return null;
  if (late.aborted) return `Electron did not arrive within ${seconds} s`;
  return `Electron cannot be fetched here${reason(said)}`;
}

/** The line of a stack that names the error. */
function reason(stderr: string): string {
  const line = stderr.split('\n').find((one) => /^\s*\w*Error( \[\w+\])?:/.test(one))?.replace(/https?:\/\/\S+/g, 'its server').trim().slice(0, 120);
  return line ? ` (${line})` : '';
}
