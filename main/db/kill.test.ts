// A process that is killed at any moment loses nothing that it has acknowledged, and leaves nothing half done.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, test } from 'node:test';
import { stream } from '../random.ts';
import { annotationsOf } from './annotations.ts';
import { lastPatch, verifyChanges } from './change-log.ts';
import { duplicates } from './duplicates.ts';
import { createProject, openProject } from './folder.ts';
import type { Project } from './folder.ts';
import { image, images } from './images.ts';
import { liveBlobs } from './live-blobs.ts';
import { migrations } from './migrations/index.ts';
import type { Database } from './open.ts';
import { longMigration } from './testing/long-migration.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-kill-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
/** Seeded, so that a round that fails can be repeated; where exactly the kill falls is up to the machine. */
const random = stream(20, 'kill');

async function newProject(name: string): Promise<string> {
  const folder = join(scratch, name);
  (await createProject(folder, { name, task: 'classification' })).close();
  return folder;
}

function sound(db: Database): void {
  assert.deepEqual(db.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  assert.deepEqual(db.all('PRAGMA foreign_key_check'), []);
  assert.equal(verifyChanges(db).firstBad, null);
}

/** The project holds steps 0 to `steps` - 1 whole, and nothing of another one. */
async function holdsSteps({ db, blobs }: Project, steps: number): Promise<void> {
  const imports = Math.ceil(steps / 2);
  assert.equal(images(db).length, 2 * imports);
  assert.equal(duplicates(db).length, imports);
  for (let step = 0; step < steps; step++) {
    if (step % 2 === 0) for (const id of [`${step}-a`, `${step}-b`]) assert.equal(String(await blobs.get(image(db, id).sha256)), `bytes of ${id}`);
    else {
      const { subject, status } = image(db, `${step - 1}-a`);
      assert.deepEqual([subject, status, annotationsOf(db, `${step - 1}-a`).map(({ reader }) => reader)], [`S${step}`, 'unsure', [null, 'Dr B']]);
    }
  }
}

test('killed at 20 moments of importing and labelling, a project keeps every acknowledged step and only whole ones', async (t) => {
  const folder = await newProject('steps');
  let acknowledged = -1, rounds = 0;
  for (; rounds < 20; rounds++) {
    const child = fork(new URL('./testing/writer.ts', import.meta.url), [folder], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (step) => { acknowledged = Number(step); });
    await once(child, 'message');
    await delay(random.uniform(rounds) * 150);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const project = await openProject(folder);
    assert.equal(project.record.readOnly, null, 'the lock of a dead process does not hold');
    sound(project.db);
    const steps = lastPatch(project.db) - 1;
    assert.ok(steps > acknowledged, `step ${acknowledged} was acknowledged and ${steps} are there`);
    await holdsSteps(project, steps);
    await project.blobs.collect(liveBlobs(project.db));
    await holdsSteps(project, steps);
    project.close();
  }
  t.diagnostic(`${acknowledged + 1} acknowledged steps over ${rounds} kills, none lost`);
});

test('killed at any moment of a migration, a project is old or new', async (t) => {
  const seen: number[] = [];
  for (let round = 0; round < 6; round++) {
    const folder = await newProject(`migration-${round}`);
    const child = fork(new URL('./testing/migrator.ts', import.meta.url), [folder], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    await delay(random.uniform(100 + round) * 120);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = await openProject(folder, migrations).catch(() => null);
    seen.push(before === null ? 2 : before.db.pragma('user_version'));
    if (before) {
      assert.deepEqual(before.db.all("SELECT name FROM sqlite_schema WHERE name = 'filler'"), []);
      before.close();
    }
    const project = await openProject(folder, [...migrations, longMigration()]);
    sound(project.db);
    assert.deepEqual(project.db.all('SELECT count(*) AS n FROM filler'), [{ n: 20_000 }]);
    project.close();
  }
  t.diagnostic(`versions found after the kills: ${seen.join(', ')}`);
});
