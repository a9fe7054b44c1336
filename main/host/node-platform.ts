// The platform of plain Node: the command line, the loopback host and the tests stand on it.
import { fork } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { z } from 'zod';
import { entries } from '../entries.ts';
import { homeFolder, resourcesFolder } from '../home.ts';
import type { JobProcess, Platform } from '../platform.ts';

/** @param overrides other folders, or another job entry, for tests */
export function nodePlatform({ home = homeFolder(), jobEntry = entries.job }: { readonly home?: string; readonly jobEntry?: URL } = {}): Platform {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
  return {
    home,
    resources: resourcesFolder,
    version,
    electron: null,
    startJob: (environment) => forkJob(jobEntry, environment),
    log: (level, message, details) => writeLog(join(home, 'logs'), level, message, details),
  };
}

/** Characters of a child's standard error that are kept: enough for a stack and what a native library says before it aborts. */
const tail = 4000;

function forkJob(entry: URL, environment: Readonly<Record<string, string>>): JobProcess {
  const child = fork(fileURLToPath(entry), [], {
    // A debugger or a test runner of the parent is none of the child's business.
    execArgv: [],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // NaN and typed arrays arrive as they were sent.
    serialization: 'advanced',
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr = (stderr + text).slice(-tail); });
  child.stdout?.resume(); // native libraries may print there; nobody reads it, and a full pipe would stop them
  return {
    pid: child.pid,
    send(command) {
      // A channel that closes meanwhile is told by onExit. `as`: commands of contract/jobs.ts are objects.
      if (child.connected) child.send(command as object, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      let told = false;
      const tell = (code: number | null, signal: string | null) => {
        if (told) return;
        told = true;
        listener({ code, signal, stderr });
      };
      child.once('error', (error) => {
        stderr += String(error);
        if (child.pid === undefined) tell(null, null);
      });
      // `close` comes after the last of stderr; but a grandchild may hold the pipe open.
      child.once('close', tell);
      child.once('exit', (code, signal) => setTimeout(tell, 1000, code, signal));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** One line a message; a full file makes room for a new one and is kept once. */
function writeLog(folder: string, level: string, message: string, details: unknown): void {
  const file = join(folder, 'fovea.log');
  try {
    mkdirSync(folder, { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000) renameSync(file, `${file}.old`);
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), level, message, ...(details === undefined ? {} : { details: inspect(details, { depth: 6 }) }) })}\n`);
  } catch (error) {
    // A log that cannot be written must not stop the work; standard error is all that is left.
    process.stderr.write(`fovea: the log ${file} cannot be written (${String(error)}). ${level}: ${message}\n`);
  }
}
