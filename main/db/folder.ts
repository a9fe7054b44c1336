// A project on disk: a folder with `project.fovea` and `blobs/`, opened by one writer and any number of readers.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { ProjectRecord, Task } from '#contract/records.ts';
import { flushFolder, makeFolder } from '../blobs/durable.ts';
import { openBlobs, storageError } from '../blobs/index.ts';
import type { Blobs } from '../blobs/index.ts';
import { checkHeader } from './header.ts';
import { takeLock } from './lock.ts';
import type { Lock } from './lock.ts';
import { createDatabase, migrate, newest, refuseNewer } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { connect } from './open.ts';
import type { Database } from './open.ts';
import { insertProject, projectRow } from './project-row.ts';
import { damaged } from './sqlite-error.ts';

/** An open project: what services and handlers work on. */
export interface Project {
  readonly record: ProjectRecord;
  readonly db: Database;
  readonly blobs: Blobs;
  close(): void;
}

const databaseFile = (folder: string) => join(folder, 'project.fovea');

/** Makes a project in a folder, which is made too when it is missing, and opens it. */
export async function createProject(folder: string, { name, task }: { readonly name: string; readonly task: Task }): Promise<Project> {
  const file = databaseFile(folder);
  const refuseExisting = () => { if (existsSync(file)) throw new StudioError('conflict', 'project.exists', { folder }, `There is a project in ${folder} already. Open it, or choose another folder.`); };
  try {
    await makeFolder(folder);
    refuseExisting();
    const lock = await takeLock(folder);
    if (!lock.held) throw new StudioError(lock.unwritable ? 'storage' : 'locked', 'project.folder-locked', { folder, reason: lock.reason }, `No project can be made in ${folder}. ${lock.reason}`);
    try {
      refuseExisting(); // it may have been made while this one waited
      await makeFolder(join(folder, 'blobs'));
      createDatabase(file, (db) => insertProject(db, { id: randomUUID(), name, task, createdAt: new Date().toISOString() }));
      await flushFolder(folder);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw storageError(error, folder);
  }
  return openProject(folder);
}

/**
 * Opens a project. The first process writes; later ones read, and are told who writes.
 * Throws `not-found`, `unreadable` (empty, foreign or damaged file), `refused` (newer file): the file is never replaced.
 * @param list the migrations to know of; tests open old and new files with other lists
 */
export async function openProject(folder: string, list: readonly Migration[] = migrations): Promise<Project> {
  const file = databaseFile(folder);
  await checkHeader(file);
  const lock = await takeLock(folder).catch((error: unknown) => { throw storageError(error, folder); });
  try {
    const db = connectChecked(file, lock, list);
    const place = await realpath(folder);
    return {
      record: { ...projectRow(db), folder: place, readOnly: lock.held ? null : { reason: lock.reason } },
      db,
      blobs: openBlobs(join(place, 'blobs')),
      close() {
        db.close();
        if (lock.held) lock.release();
      },
    };
  } catch (error) {
    if (lock.held) lock.release();
    throw error;
  }
}

/**
 * Opens a project to take something out of it, without a lock and without leaving a trace in its folder.
 * Throws as openProject does, and `refused` for a project of an older Fovea.
 */
export async function readProject(folder: string): Promise<Project> {
  const file = databaseFile(folder);
  await checkHeader(file);
  const place = await realpath(folder);
  // Beside a write-ahead log somebody writes, or did until a crash: what it holds counts, and its lock file is there already.
  const db = connect(file, { readOnly: 'It was opened to take something out of it.', inMemory: !existsSync(`${file}-wal`) });
  try {
    refuseNewer(db, migrations);
    if (db.pragma('user_version') < newest(migrations)) throw new StudioError('refused', 'project.old', { folder }, `The project in ${folder} comes from an older Fovea. Open it once, which brings it up to date.`);
    return { record: { ...projectRow(db), folder: place, readOnly: { reason: db.readOnly ?? '' } }, db, blobs: openBlobs(join(place, 'blobs')), close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

function connectChecked(file: string, lock: Lock, list: readonly Migration[]): Database {
  const db = lock.held ? connect(file) : connect(file, { readOnly: lock.reason, inMemory: lock.unwritable && !existsSync(`${file}-wal`) });
  try {
    refuseNewer(db, list);
    const wrong = db.quickCheck();
    if (wrong !== null) throw damaged(file, wrong);
    if (lock.held) migrate(db, list);
    else if (db.pragma('user_version') < newest(list)) throw new StudioError('locked', 'project.old-and-locked', { reason: lock.reason }, `This project comes from an older Fovea and has to be brought up to date first. ${lock.reason}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
