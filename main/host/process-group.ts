// Ends a program together with what it started. It has to be the leader of a group: spawned with `detached` (on Windows without).
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** Asks, then insists. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  signal(child, 'SIGTERM');
  const insist = setTimeout(killGroup, 3000, child);
  await gone;
  clearTimeout(insist);
}

/** At once, for a process that is itself about to end. */
export const killGroup = (child: ChildProcess): void => signal(child, 'SIGKILL');

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return; // it never started
  try {
    if (process.platform === 'win32') spawn('taskkill.exe', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
    else process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ended meanwhile
  }
}
