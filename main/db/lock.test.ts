// One writer per project: the second is told who has it, and a lock whose process is gone is taken over.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { createProject, openProject } from './folder.ts';
import { takeLock } from './lock.ts';
import { processStart } from './process-start.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-lock-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let made = 0;
const project = async () => {
  const place = join(scratch, String(made++));
  (await createProject(place, { name: 'P', task: 'classification' })).close();
  return place;
};
const lockFile = (place: string) => join(place, 'project.lock');

test('the second opener reads, is told who has it, and cannot write; the third writes once the first is gone', async () => {
  const place = await project();
  const first = await openProject(place);
  const second = await openProject(place);
  assert.match(second.record.readOnly?.reason ?? '', /has it open already/);
  first.db.run("INSERT INTO class (id, name, color, position) VALUES ('a', 'a', 0, 0)");
  assert.deepEqual(second.db.all('SELECT id FROM class'), [{ id: 'a' }], 'a reader sees what the writer has saved');
  assert.throws(() => second.db.transaction(() => undefined), (error) => error instanceof StudioError && error.code === 'locked');
  assert.throws(() => second.db.run("DELETE FROM class"), (error) => error instanceof StudioError);
  second.close();
  assert.ok(existsSync(lockFile(place)), 'a reader that leaves does not take the lock of the writer with it');
  first.close();
  const third = await openProject(place);
  assert.equal(third.record.readOnly, null);
  third.close();
});

test('a lock of a process that was killed is taken over', async () => {
  const place = await project();
  const child = fork(new URL('./testing/open-project.ts', import.meta.url), [place], { execArgv: [] });
  await once(child, 'message');
  const reader = await openProject(place);
  assert.match(reader.record.readOnly?.reason ?? '', new RegExp(`process ${child.pid}\\b`));
  reader.close();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const writer = await openProject(place);
  assert.equal(writer.record.readOnly, null);
  writer.close();
});

test('a lock whose number went to another process is taken over', async () => {
  const place = await project();
  writeFileSync(lockFile(place), JSON.stringify({ host: hostname(), pid: process.pid, started: 'another boot/1', token: 't' }));
  const lock = await takeLock(place);
  assert.ok(lock.held);
  lock.release();
  assert.ok(!existsSync(lockFile(place)));
});

test('a lock of another computer is respected, and the sentence says how to end it', async () => {
  const place = await project();
  writeFileSync(lockFile(place), JSON.stringify({ host: `not-${hostname()}`, pid: 1, started: null, token: 't' }));
  const lock = await takeLock(place);
  assert.ok(!lock.held);
  assert.match(lock.reason, /not-.*delete .*project\.lock/);
});

test('a half-written lock is respected while it is young and taken over when it is old', async () => {
  const place = await project();
  writeFileSync(lockFile(place), '{"host":"');
  assert.equal((await takeLock(place)).held, false);
  utimesSync(lockFile(place), new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
  assert.equal((await takeLock(place)).held, true);
});

test('of many that take a stale lock over at the same time, one gets it', async () => {
  for (let round = 0; round < 20; round++) {
    const place = await project();
    writeFileSync(lockFile(place), JSON.stringify({ host: hostname(), pid: process.pid, started: 'another boot/1', token: 't' }));
    const locks = await Promise.all(Array.from({ length: 8 }, () => takeLock(place)));
    assert.equal(locks.filter(({ held }) => held).length, 1);
  }
});

test('a lock that was taken over meanwhile is not released by its old holder', async () => {
  const place = await project();
  const lock = await takeLock(place);
  const other = JSON.stringify({ host: hostname(), pid: 1, started: null, token: 'other' });
  writeFileSync(lockFile(place), other);
  assert.ok(lock.held);
  lock.release();
  assert.equal(readFileSync(lockFile(place), 'utf8'), other);
});

test('the start of a process is the same each time, differs between processes, and is null for one that is gone', async () => {
  const child = fork(new URL('./testing/open-project.ts', import.meta.url), [await project()], { execArgv: [] });
  await once(child, 'message');
  const own = await processStart(process.pid), others = await processStart(child.pid!);
  assert.equal(await processStart(process.pid), own);
  assert.ok(own !== null && others !== null && own !== others);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await processStart(child.pid!), null);
});
