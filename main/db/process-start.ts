// When a process began, to tell it from a later one that got the same number.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isRunning } from '../running.ts';

const run = promisify(execFile);

/**
 * A text that two processes with the same number do not share, to be compared only on the same machine.
 * @returns null when no such process runs; `unknown` when it runs but the system does not say since when
 */
export async function processStart(pid: number): Promise<string | null> {
  if (!isRunning(pid)) return null;
  try {
    switch (process.platform) {
      case 'linux': {
        // proc(5): field 22 is the start in clock ticks since boot; the name in field 2 may hold spaces and brackets.
        const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
        const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z' || state === 'X') return null; // dead, and only kept until its parent asks
        const ticks = fields[18];
        const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
        return `${boot}/${ticks}`;
      }
      case 'win32':
        return (await run('powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`], { windowsHide: true })).stdout.trim();
      default:
        return (await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C', PATH: process.env['PATH'] } })).stdout.trim();
    }
  } catch {
    return isRunning(pid) ? 'unknown' : null; // it ended while it was looked at, or the tool is not there
  }
}
