// A project file is made whole, opened only when it is ours and sound, moved forward in steps, and never replaced.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { createProject, openProject } from './folder.ts';
import { createDatabase, newest } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { connect } from './open.ts';
import { insertProject, projectRow } from './project-row.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-db-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let made = 0;
const folder = () => join(scratch, String(made++));
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key && error.message.length > 20;

async function closedProject(): Promise<{ folder: string; file: string }> {
  const place = folder();
  (await createProject(place, { name: 'Moles', task: 'classification' })).close();
  return { folder: place, file: join(place, 'project.fovea') };
}

test('a new project can be closed, opened and read back, and leaves one database file behind', async () => {
  const place = join(folder(), 'deep', 'down');
  const first = await createProject(place, { name: 'Moles', task: 'multilabel' });
  assert.equal(first.record.readOnly, null);
  first.close();
  assert.deepEqual(readdirSync(place).sort(), ['blobs', 'project.fovea']);
  const again = await openProject(place);
  assert.deepEqual(again.record, first.record);
  again.close();
});

test('commits are flushed to the disk, foreign keys hold, and the log is written ahead', async () => {
  const { folder: place, file } = await closedProject();
  const project = await openProject(place);
  const pragma = (name: string) => Object.values(project.db.get<Record<string, unknown>>(`PRAGMA ${name}`) ?? {})[0];
  assert.deepEqual([pragma('synchronous'), pragma('foreign_keys'), pragma('journal_mode')], [2, 1, 'wal']);
  project.close();
  assert.equal(readFileSync(file).readUInt32BE(68), 0x466f7665);
});

test('a second project in the same folder is refused', async () => {
  const { folder: place } = await closedProject();
  await assert.rejects(createProject(place, { name: 'Again', task: 'classification' }), is('conflict', 'project.exists'));
});

test('of two that make a project in the same folder at the same time, one does, and what an earlier one left there does not get in', async () => {
  const place = folder();
  mkdirSync(place);
  writeFileSync(join(place, 'project.fovea-wal'), 'the log of a project that was deleted by hand');
  const both = await Promise.allSettled(['First', 'Second'].map((name) => createProject(place, { name, task: 'classification' })));
  const made = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  assert.equal(made.length, 1);
  assert.ok(both.some((one) => one.status === 'rejected' && one.reason instanceof StudioError && ['locked', 'conflict'].includes(one.reason.code)));
  assert.equal(projectRow(made[0]!.db).name, made[0]!.record.name);
  made[0]!.close();
});

test('what is no project is refused and left as it is', async (t) => {
  const foreign = join(scratch, 'foreign.db');
  const other = connect(foreign, { create: true });
  other.script('CREATE TABLE t (x) STRICT'.replace('x', 'x TEXT'));
  other.close();
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('These are my notes about the project.\n'.repeat(10))],
    ['a database of another program', readFileSync(foreign)],
    ['the first bytes of a database', readFileSync(foreign).subarray(0, 60)],
  ];
  for (const [name, bytes] of cases) {
    await t.test(name, async () => {
      const place = folder();
      mkdirSync(place);
      writeFileSync(join(place, 'project.fovea'), bytes);
      await assert.rejects(openProject(place), is('unreadable', 'project.foreign'));
      assert.deepEqual(readdirSync(place), ['project.fovea']);
      assert.ok(readFileSync(join(place, 'project.fovea')).equals(bytes));
    });
  }
});

test('a folder without a project is named', async () => {
  await assert.rejects(openProject(join(scratch, 'nowhere')), is('not-found', 'project.none'));
});

test('a damaged page is reported when the project is opened, and the file is kept', async () => {
  const { folder: place, file } = await closedProject();
  const bytes = readFileSync(file);
  // The header of page 5, the root of one of the first tables.
  bytes.fill(0x5a, 4 * 4096, 4 * 4096 + 100);
  writeFileSync(file, bytes);
  await assert.rejects(openProject(place), is('unreadable', 'project.damaged'));
  assert.ok(readFileSync(file).equals(bytes));
  assert.ok(!existsSync(join(place, 'project.lock')));
});

test('a file cut short is reported', async () => {
  const { folder: place, file } = await closedProject();
  writeFileSync(file, readFileSync(file).subarray(0, 3 * 4096));
  await assert.rejects(openProject(place), (error) => error instanceof StudioError && error.code === 'unreadable');
});

const next: Migration = { version: newest() + 1, run: (db) => db.script("CREATE TABLE note (text TEXT NOT NULL) STRICT; INSERT INTO note SELECT 'about ' || name FROM project;") };

test('an older project is brought forward with a copy of the old file first', async () => {
  const { folder: place } = await closedProject();
  const project = await openProject(place, [...migrations, next]);
  assert.deepEqual(project.db.all('SELECT text FROM note'), [{ text: 'about Moles' }]);
  project.close();
  const copy = connect(join(place, `project.v${newest()}.fovea`));
  assert.equal(copy.pragma('user_version'), newest());
  assert.equal(copy.quickCheck(), null);
  assert.equal(projectRow(copy).name, 'Moles');
  copy.close();
});

test('a newer project is refused with both numbers and stays as it is', async () => {
  const { folder: place, file } = await closedProject();
  (await openProject(place, [...migrations, next])).close();
  const bytes = readFileSync(file);
  await assert.rejects(openProject(place), (error) => is('refused', 'project.newer')(error) && error instanceof StudioError && error.params['found'] === newest() + 1 && error.params['known'] === newest());
  assert.ok(readFileSync(file).equals(bytes));
});

test('a migration that fails leaves the old schema', async () => {
  const { folder: place } = await closedProject();
  const broken: Migration = { version: newest() + 1, run: (db) => db.script('CREATE TABLE half (x TEXT) STRICT; CREATE TABLE project (x TEXT) STRICT;') };
  await assert.rejects(openProject(place, [...migrations, broken]));
  const project = await openProject(place);
  assert.deepEqual(project.db.all("SELECT name FROM sqlite_schema WHERE name = 'half'"), []);
  assert.equal(project.db.pragma('user_version'), newest());
  project.close();
});

test('a crash in the middle of making a project leaves no project file, and making it again works', () => {
  const place = folder();
  mkdirSync(place);
  const file = join(place, 'project.fovea');
  assert.throws(() => createDatabase(file, () => { throw new Error('power cut'); }), /power cut/);
  assert.ok(!existsSync(file));
  createDatabase(file, (db) => insertProject(db, { id: 'p', name: 'Again', task: 'classification', createdAt: '2026-01-01T00:00:00.000Z' }));
  const db = connect(file);
  assert.equal(projectRow(db).name, 'Again');
  db.close();
});

test('a full disk is a sentence, takes nothing that was saved, and is over when there is space', async (t) => {
  const disk = folder();
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0) return t.skip('mounting a small file system is not permitted here');
  try {
    const project = await createProject(join(disk, 'p'), { name: 'Small', task: 'classification' });
    const add = (i: number) => project.db.transaction(() => { project.db.run('INSERT INTO class (id, name, color, position) VALUES (?, ?, 0, ?)', `c${i}`, String(i).padEnd(60_000, 'x'), i); });
    let saved = 0;
    assert.throws(() => { for (;;) add(saved++); }, is('storage', 'storage.full'));
    saved--;
    const count = () => project.db.get<{ n: number }>('SELECT count(*) AS n FROM class')?.n;
    assert.ok(saved > 3);
    assert.equal(count(), saved);
    assert.throws(() => add(saved), is('storage', 'storage.full'), 'and again, without a word about a missing transaction');
    project.close();
    const again = await openProject(join(disk, 'p'));
    assert.equal(again.db.get<{ n: number }>('SELECT count(*) AS n FROM class')?.n, saved);
    assert.equal(again.db.quickCheck(), null);
    spawnSync('mount', ['-o', 'remount,size=8m', disk]);
    again.db.transaction(() => { again.db.run('INSERT INTO class (id, name, color, position) VALUES (?, ?, 0, ?)', 'after', 'after', 0); });
    again.close();
  } finally {
    spawnSync('umount', [disk]);
  }
});

test('a project on a read-only drive can be read', async (t) => {
  const { folder: place } = await closedProject();
  const drive = folder();
  mkdirSync(drive);
  copyFileSync(join(place, 'project.fovea'), join(scratch, 'copy.fovea'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', drive]).status !== 0) return t.skip('mounting a small file system is not permitted here');
  try {
    copyFileSync(join(scratch, 'copy.fovea'), join(drive, 'project.fovea'));
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', drive]).status, 0);
    const project = await openProject(drive);
    assert.match(project.record.readOnly?.reason ?? '', /may not be written/);
    assert.equal(projectRow(project.db).name, 'Moles');
    assert.throws(() => project.db.transaction(() => undefined), is('locked', 'project.read-only'));
    project.close();
  } finally {
    spawnSync('umount', [drive]);
  }
});
