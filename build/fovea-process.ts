// The command line as a process of its own, for tests and benches.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../main/cli/index.ts', import.meta.url));

export type Json = Readonly<Record<string, unknown>>;
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `fovea ARGS`; never throws for an exit code. */
export function runFovea(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '', stderr = '';
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk; });
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk; });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs `fovea ARGS --json`; @returns the lines it printed, one document each. Throws with its error output when it fails. */
export async function foveaJson(...args: readonly string[]): Promise<readonly Json[]> {
  return (await printed(args)).trim().split('\n').map((line) => JSON.parse(line) as Json);
}

/** The same of a command that prints one document. @typeParam T what of it is read: the forms of the command line are a contract, so they are stated here and not checked again */
export async function foveaDocument<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await printed(args)) as T;
}

async function printed(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runFovea([...args, '--json']);
  if (code !== 0) throw new Error(`fovea ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
