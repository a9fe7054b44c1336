// Brings a database to the schema of this version: forward only, a copy first, one transaction for each step.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { StudioError } from '#contract/errors.ts';
import { connect } from './open.ts';
import type { Database } from './open.ts';
import type { Migration } from './migrations/index.ts';
import { migrations } from './migrations/index.ts';

/** Marks a file as ours in its header: `Fove` in ASCII. */
export const applicationId = 0x466f7665;

/** The schema that this version of Fovea writes. */
export function newest(list: readonly Migration[] = migrations): number {
  return list.at(-1)?.version ?? 0;
}

/** Throws when the file comes from a newer Fovea: an older one must not guess what it means. */
export function refuseNewer(db: Database, list: readonly Migration[] = migrations): void {
  const found = db.pragma('user_version'), known = newest(list);
  if (found > known) throw new StudioError('refused', 'project.newer', { found, known }, `This project was last opened with a newer Fovea (its format is ${found}, this Fovea knows up to ${known}). Update Fovea to open it. Nothing was changed.`);
}

/**
 * Runs the migrations that are missing. A process that dies on the way leaves the old schema or the new one, never half of one.
 * @returns where the copy of the old file lies; null when nothing had to be done
 */
export function migrate(db: Database, list: readonly Migration[] = migrations): string | null {
  refuseNewer(db, list);
  const from = db.pragma('user_version');
  const missing = list.filter(({ version }) => version > from);
  if (missing.length === 0) return null;
  const copy = from === 0 ? null : copyBeside(db, from);
  for (const { version, run } of missing) {
    db.transaction(() => {
      run(db);
      // Pragmas take no parameters; both are numbers of ours, and both are part of the transaction.
      db.script(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version};`);
    });
  }
  return copy;
}

/** A whole copy of the old file, durable before anything changes: `project.v3.fovea` beside `project.fovea`. */
function copyBeside(db: Database, version: number): string {
  const copy = db.file.replace(/(\.[^.]*)?$/, `.v${version}$1`);
  const aside = `${copy}.new`;
  if (existsSync(aside)) rmSync(aside);
  db.run('VACUUM INTO ?', aside);
  const handle = openSync(aside, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(aside, copy);
  return copy;
}

/**
 * Makes a database that is whole before it has its name: a file called `file` holds every table, or is not there.
 * @param fill writes the first rows
 */
export function createDatabase(file: string, fill: (db: Database) => void): void {
  const aside = `${file}.new`;
  // Also those of a project that was deleted by hand: a log must never meet a file that it does not belong to.
  for (const name of [aside, file]) for (const leftover of ['-wal', '-shm', '-journal']) rmSync(`${name}${leftover}`, { force: true });
  rmSync(aside, { force: true });
  const db = connect(aside, { create: true });
  try {
    migrate(db);
    db.transaction(() => fill(db));
    db.script('PRAGMA journal_mode = WAL');
  } finally {
    db.close();
  }
  renameSync(aside, file);
}
