// The platform of the desktop app: Node's, with jobs in utility processes, since a packaged Electron cannot be forked as Node.
import type { ForkOptions, UtilityProcess } from 'electron';
import { z } from 'zod';
import { nodePlatform } from '../main/host/node-platform.ts';
import type { JobProcess, Platform } from '../main/platform.ts';

export interface PlatformParts {
  readonly utilityProcess: { fork(path: string, args: string[], options: ForkOptions): UtilityProcess };
  readonly home: string;
  /** Version of Electron. */
  readonly electron: string;
  /** Path of the bundled electron/job.ts. */
  readonly job: string;
}

export function electronPlatform({ utilityProcess, home, electron, job }: PlatformParts): Platform {
  return { ...nodePlatform({ home }), electron, startJob: (environment) => startJob(utilityProcess, job, environment) };
}

const FromChild = z.object({ number: z.number(), message: z.unknown() });
/** Characters of standard error that are kept, as on Node. */
const tail = 4000;

function startJob(utilityProcess: PlatformParts['utilityProcess'], entry: string, environment: Readonly<Record<string, string>>): JobProcess {
  // `env` replaces the whole environment there. On a Mac, an engine pack is a library that we did not sign.
  const child = utilityProcess.fork(entry, [], { env: { ...process.env, ...environment }, stdio: 'pipe', serviceName: 'Fovea job', allowLoadingUnsignedLibraries: true });
  let stderr = '', pid: number | undefined, killed = false;
  const end = () => {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  };
  // The process number is known only now, unlike on Node.
  child.once('spawn', () => {
    pid = child.pid;
    if (killed) end();
  });
  child.stderr?.on('data', (text: Buffer) => { stderr = (stderr + text.toString()).slice(-tail); });
  child.stdout?.resume(); // nobody reads it, and a full pipe would stop the child
  return {
    get pid() { return child.pid; },
    send: (command) => child.postMessage({ command }),
    onMessage: (listener) => void child.on('message', (raw: unknown) => {
      const { number, message } = FromChild.parse(raw);
      listener(message);
      child.postMessage({ received: number });
    }),
    onExit: (listener) => void child.once('exit', (code) => {
      pid = undefined;
      listener({ code, signal: killed ? 'SIGKILL' : null, stderr });
    }),
    kill() {
      if (killed) return;
      killed = true;
      end();
    },
  };
}
