// One writer per project: a file beside the database says who it is, and a lock whose process is gone is taken over.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { processStart } from './process-start.ts';

const Holder = z.object({ host: z.string(), pid: z.number().int().positive(), started: z.string().nullable(), token: z.string() });
type Holder = z.infer<typeof Holder>;

export type Lock =
  | { readonly held: true; readonly release: () => void }
  /** `reason`: a sentence that says who has it. `unwritable`: nobody has; the folder takes no files. */
  | { readonly held: false; readonly reason: string; readonly unwritable: boolean };

/** Takes the lock of a project folder, or says who has it. */
export async function takeLock(folder: string): Promise<Lock> {
  const file = join(folder, 'project.lock');
  const own: Holder = { host: hostname(), pid: process.pid, started: await processStart(process.pid), token: randomUUID() };
  // Each round either takes the lock, gives up, or removes one stale lock; others may be at it too.
  for (let round = 0; round < 10; round++) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
      return { held: true, release: () => { if (read(file)?.holder?.token === own.token) rmSync(file, { force: true }); } };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return { held: false, reason: 'Its folder may not be written by you.', unwritable: true };
      if (code === 'ENOSPC' || code === 'EDQUOT') {
        rmSync(file, { force: true });
        return { held: false, reason: 'The disk is full. Free some space and open it again.', unwritable: false };
      }
      if (code !== 'EEXIST') throw error;
    }
    const found = read(file);
    if (found === null) continue;
    const reason = await whoHolds(found, file);
    if (reason !== null) return { held: false, reason, unwritable: false };
    takeAway(file, found.text);
  }
  return { held: false, reason: 'Other processes are opening it at this moment. Try again.', unwritable: false };
}

interface Found { readonly text: string; readonly holder: Holder | null; readonly age: number }

/** Null when the file is gone meanwhile. */
function read(file: string): Found | null {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    return { text, holder: parse(text), age };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  try {
    return Holder.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // half written, or not ours: its age decides
  }
}

/** A sentence about the holder, or null when the lock is stale. */
async function whoHolds({ holder, age }: Found, file: string): Promise<string | null> {
  // Its writer is between making the file and filling it, or died there.
  if (holder === null) return age > 2000 ? null : 'Another Fovea is just opening it. Try again.';
  const { host, pid, started } = holder;
  if (host !== hostname()) return `Fovea on the computer ${host} has it (process ${pid}). If that computer no longer uses it, delete ${file}.`;
  const running = await processStart(pid);
  if (running === null) return null;
  if (started !== null && running !== 'unknown' && started !== 'unknown' && running !== started) return null; // the number went to another process
  return pid === process.pid ? 'This Fovea has it open already.' : `Another Fovea on this computer has it (process ${pid}).`;
}

/** Removes a stale lock. When another process was quicker and the file is its fresh lock by now, that one is put back. */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== stale) {
    try {
      linkSync(aside, file);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  rmSync(aside, { force: true });
}
