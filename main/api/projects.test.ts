// Projects that are looked at without being opened: what is told of them, and that no other is reached that way.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { imageRow, projectWith } from '../db/testing/rows.ts';
import { createJobRunner } from '../jobs/runner.ts';
import { testPlatform } from '../jobs/testing/platform.ts';
import { createProjects } from './projects.ts';
import { summaryOf } from './summary.ts';

test('a closed project is told of without a lock, and afterwards its pictures can be asked for by its id', async (t) => {
  const { platform, remove: removeHome } = testPlatform(), projects = createProjects(createJobRunner(platform, () => undefined));
  const made = await projectWith(['a', 'b', 'c', 'd'].map((id) => imageRow(id, { subject: id < 'c' ? 'one' : 'two' })));
  const { id, folder } = made.project.record;
  t.after(() => { made.remove(); removeHome(); });
  await assert.rejects(projects.lookById(id, summaryOf), { key: 'project.not-open' });
  made.project.close();

  const summary = await projects.look(folder, summaryOf);
  assert.deepEqual(summary, { projectId: id, images: 4, labelled: 0, subjects: 2, classes: 0, runs: 0, best: null, pictures: ['a', 'b', 'c'] });
  assert.equal(existsSync(join(folder, 'project.fovea-wal')), false);
  assert.deepEqual(await projects.lookById(id, summaryOf), summary);
  assert.throws(() => projects.get(id), { key: 'project.not-open' });
});
