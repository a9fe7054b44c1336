// A utility process played by a forked Node process: the same events, a port instead of process.send.
import { fork } from 'node:child_process';
import type { ForkOptions, UtilityProcess } from 'electron';

const port = new URL('./parent-port.ts', import.meta.url).href;

export function forkUtility(path: string, args: string[], options: ForkOptions): UtilityProcess {
  const child = fork(path, args, { execArgv: ['--import', port], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced', env: options.env as NodeJS.ProcessEnv });
  const played = Object.assign(child, { postMessage: (message: unknown) => { if (child.connected) child.send(message as object, () => undefined); } });
  return played as unknown as UtilityProcess; // the part of it that electron/platform.ts uses
}
