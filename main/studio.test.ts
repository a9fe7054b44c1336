// The studio as a whole: what its death leaves behind, two of them on one project, listeners that fail, and pictures for the eye.
import assert from 'node:assert/strict';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { ImageFilter } from '#contract/overview.ts';
import { ImportOptions } from '#contract/import.ts';
import type { Push } from '#contract/events.ts';
import type { JobRecord } from '#contract/records.ts';
import { openBlobs } from './blobs/index.ts';
import { processStart } from './db/process-start.ts';
import { nodePlatform } from './host/node-platform.ts';
import { drawTwoClasses } from './host/testing/two-classes.ts';
import { decode } from './images/index.ts';
import { realProject } from './jobs/testing/real-project.ts';
import { createStudio } from './studio.ts';
import type { Studio } from './studio.ts';

const cleanups: (() => void | Promise<void>)[] = [];
after(async () => { for (const clean of cleanups.reverse()) await clean(); });
const home = mkdtempSync(join(tmpdir(), 'fovea-home-'));
cleanups.push(() => rmSync(home, { recursive: true, force: true }));
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;

/** The folder of a closed project with 12 pictures. */
async function folderOf12(): Promise<string> {
  const { project, runner, remove } = await realProject(12);
  cleanups.push(remove);
  await runner.close();
  project.close();
  return project.record.folder;
}
async function studio(): Promise<Studio> {
  const made = await createStudio(nodePlatform({ home }));
  cleanups.push(() => made.close());
  return made;
}

test('when a studio is killed its job ends too, its run is interrupted and resumable, and its lock does not hold', async () => {
  const folder = await folderOf12();
  const process = fork(new URL('./jobs/testing/studio.ts', import.meta.url), [folder], { execArgv: [], env: { ...globalThis.process.env, TMPDIR: home, TEMP: home } });
  let job = 0, runId = '';
  process.on('message', (told: { job?: number; checkpoint?: string }) => { job = told.job ?? job; runId = told.checkpoint ?? runId; });
  while (runId === '') await once(process, 'message');
  process.kill('SIGKILL');
  await once(process, 'exit');
  for (let waited = 0; waited < 100 && await processStart(job) !== null; waited++) await delay(100);
  assert.equal(await processStart(job), null);

  const { handlers } = await studio();
  const { id: projectId, readOnly } = await handlers['project.open']({ folder });
  assert.equal(readOnly, null);
  assert.equal((await handlers['run.get']({ projectId, runId })).status, 'interrupted');
  assert.deepEqual((await handlers['job.list']({ projectId })).map(({ status }) => status), ['interrupted']);
  assert.equal((await handlers['run.events']({ projectId, runId, after: 0 })).at(-1)?.body.type, 'checkpoint');
});

test('a second studio on the same project reads along, is told who writes, and is refused every write', async () => {
  const folder = await folderOf12();
  const [first, second] = [await studio(), await studio()];
  const { id: projectId } = await first.handlers['project.open']({ folder });
  const opened = await second.handlers['project.open']({ folder });
  assert.match(opened.readOnly?.reason ?? '', /has it open/);
  const [blue] = await second.handlers['class.list']({ projectId });
  assert.ok(blue);
  const patch = { id: 'p', title: 'renamed', changes: [{ of: 'class' as const, id: blue.id, from: blue, to: { ...blue, name: 'azure' } }] };
  const locked = is('locked', 'project.read-only');
  await assert.rejects(second.handlers['patch.apply']({ projectId, patch, reader: null, origin: null }), locked);
  await assert.rejects(second.handlers['split.make']({ projectId, options: { validation: 0.2, test: 0.2, folds: 1, seed: 1 } }), locked);
  await assert.rejects(second.handlers['export.start']({ projectId, format: 'csv', modelId: null, out: join(home, 'x.csv') }), locked);
  await first.handlers['patch.apply']({ projectId, patch, reader: null, origin: null });
  assert.equal((await second.handlers['class.list']({ projectId }))[0]?.name, 'azure');
  assert.equal((await second.handlers['project.status']({ projectId })).images, 12);
  const [imageId] = await second.handlers['image.ids']({ projectId, filter: ImageFilter.parse({}) });
  assert.equal((await second.picture(projectId, imageId!, 'thumbnail')).type, 'image/webp');
});

test('an import that fills the disk fails with a sentence, keeps what came in, and goes on once there is space', async (t) => {
  const disk = join(home, 'small-disk'), pictures = join(home, 'many');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status !== 0) return t.skip('mounting a small file system is not permitted here');
  const made = await studio();
  const { handlers, subscribe } = made;
  try {
    await drawTwoClasses(pictures, 200);
    const { id: projectId } = await handlers['project.create']({ folder: join(disk, 'p'), name: 'Small', task: 'classification' });
    const bring = async () => {
      const { promise, resolve } = Promise.withResolvers<JobRecord>();
      const silence = subscribe((push) => { if (push.type === 'job.changed' && !['queued', 'running'].includes(push.job.status)) resolve(push.job); });
      await handlers['image.import']({ projectId, options: ImportOptions.parse({ paths: [pictures] }) });
      return promise.finally(silence);
    };
    const count = async () => (await handlers['project.status']({ projectId })).images;
    writeFileSync(join(disk, 'filler'), Buffer.alloc(2_900_000));
    const failed = await bring();
    assert.deepEqual([failed.status, failed.error?.code, failed.error?.key], ['failed', 'storage', 'storage.full']);
    const kept = await count();
    assert.ok(kept < 200);
    assert.equal((await handlers['patch.verify']({ projectId })).firstBad, null);
    rmSync(join(disk, 'filler'));
    assert.equal((await bring()).status, 'finished');
    assert.equal(await count(), 200);
    t.diagnostic(`${kept} of 200 pictures were in when the disk was full`);
  } finally {
    await made.close();
    spawnSync('umount', [disk]);
  }
});

test('a copy of an open project cannot be open beside it', async () => {
  const folder = await folderOf12(), copy = join(home, 'copy');
  const { handlers } = await studio();
  await handlers['project.create']({ folder: copy, name: 'x', task: 'classification' }).then(({ id }) => handlers['project.close']({ projectId: id }));
  writeFileSync(join(copy, 'project.fovea'), readFileSync(join(folder, 'project.fovea')));
  await handlers['project.open']({ folder });
  await assert.rejects(handlers['project.open']({ folder: copy }), is('conflict', 'project.copy-open'));
  assert.deepEqual((await handlers['project.open']({ folder })).folder, folder);
});

test('opening a project for writing removes files that no row names, and no others', async () => {
  const folder = await folderOf12();
  const blobs = openBlobs(join(folder, 'blobs'));
  const orphan = await blobs.put(Buffer.from('an import died before it could name this'));
  const { handlers, picture } = await studio();
  const { id } = await handlers['project.open']({ folder });
  assert.equal(blobs.has(orphan), false);
  for (const imageId of await handlers['image.ids']({ projectId: id, filter: ImageFilter.parse({}) })) await picture(id, imageId, 'original');
});

test('a listener that fails keeps nobody else from hearing', async () => {
  const { handlers, subscribe } = await studio();
  const heard: Push[] = [];
  subscribe(() => { throw new Error('a window that is gone'); });
  const silence = subscribe((push) => heard.push(push));
  const folder = await folderOf12();
  const { id } = await handlers['project.open']({ folder });
  assert.deepEqual(heard.map(({ type }) => type), ['project.changed']);
  silence();
  await handlers['project.close']({ projectId: id });
  await handlers['project.open']({ folder });
  assert.equal(heard.length, 1);
});

test('a picture is served in full, small, or as a thumbnail that is kept; a damaged one is named', async () => {
  const folder = await folderOf12();
  const { handlers, picture } = await studio();
  const { id } = await handlers['project.open']({ folder });
  const [imageId, other] = await handlers['image.ids']({ projectId: id, filter: ImageFilter.parse({}) });
  const sizes = await Promise.all((['original', 16, 'thumbnail'] as const).map(async (size) => {
    const { bytes, type } = await picture(id, imageId!, size);
    const { width, height } = await decode(bytes);
    return [type, width, height];
  }));
  assert.deepEqual(sizes, [['image/png', 32, 32], ['image/png', 16, 16], ['image/webp', 32, 32]]);
  const [{ image: { sha256 } } = assert.fail()] = await handlers['image.rows']({ projectId: id, ids: [other!] });
  await picture(id, other!, 'thumbnail');
  writeFileSync(join(folder, 'blobs', sha256.slice(0, 2), sha256.slice(2)), 'gone');
  assert.equal((await picture(id, other!, 'thumbnail')).type, 'image/webp', 'a kept thumbnail needs no original');
  await assert.rejects(picture(id, other!, 'original'), is('unreadable', 'blob.damaged'));
  await assert.rejects(picture(id, 'nothing', 'original'), is('not-found', 'image.none'));
});
