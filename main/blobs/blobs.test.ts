// Blobs keep their bytes, say so when they do not, and leave nothing behind.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import { stream } from '../random.ts';
import { openBlobs } from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-blobs-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let made = 0;
const fresh = () => openBlobs(join(scratch, String(made++)));
const files = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;

test('what is put comes back byte for byte under the sha256 of its content', async () => {
  const blobs = fresh();
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
    const name = await blobs.put(bytes);
    assert.equal(name, createHash('sha256').update(bytes).digest('hex'));
    assert.deepEqual(new Uint8Array(await blobs.get(name)), bytes);
    assert.equal(blobs.path(name), join(blobs.folder, name.slice(0, 2), name.slice(2)));
  }), { numRuns: 30 });
});

test('a file of several pieces gets the same name as its bytes put whole', async () => {
  const blobs = fresh();
  const random = stream(1, 'blob');
  const bytes = Buffer.alloc(3 * (1 << 20) + 17, Buffer.from(Uint32Array.from({ length: 4099 }, (_, i) => random.integer(i, 2 ** 32)).buffer));
  const file = join(scratch, 'several-pieces');
  writeFileSync(file, bytes);
  const name = await blobs.putFile(file);
  assert.equal(name, await blobs.put(bytes));
  assert.ok(bytes.equals(await blobs.get(name)));
  assert.equal(files(blobs.folder).length, 1);
});

test('the same bytes put at the same time by several writers are one file', async () => {
  const blobs = fresh();
  const names = await Promise.all(Array.from({ length: 8 }, () => blobs.put(Buffer.from('the same'))));
  assert.equal(new Set(names).size, 1);
  assert.equal(files(blobs.folder).length, 1);
});

test('a damaged blob and a missing one are named in the error', async () => {
  const blobs = fresh();
  const name = await blobs.put(Buffer.from('whole'));
  const bytes = readFileSync(blobs.path(name));
  bytes[0]! ^= 1;
  writeFileSync(blobs.path(name), bytes);
  await assert.rejects(blobs.get(name), is('unreadable', 'blob.damaged'));
  await assert.rejects(blobs.get(name), { message: new RegExp(name) });
  rmSync(blobs.path(name));
  assert.equal(blobs.has(name), false);
  await assert.rejects(blobs.get(name), is('unreadable', 'blob.missing'));
});

test('putting the bytes again heals a damaged blob', async () => {
  const blobs = fresh();
  const name = await blobs.put(Buffer.from('whole'));
  writeFileSync(blobs.path(name), 'wrong');
  await blobs.put(Buffer.from('whole'));
  assert.equal(String(await blobs.get(name)), 'whole');
});

test('a name that is no sha256 never becomes a path', () => {
  const blobs = fresh();
  for (const name of ['', '..', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, '0'.repeat(65)]) assert.throws(() => blobs.path(name), is('invalid', 'blob.name'));
});

test('a collection removes what is not live and leftovers, and spares what is young', async () => {
  const blobs = fresh();
  const [live, dead, young] = [await blobs.put(Buffer.from('live')), await blobs.put(Buffer.from('dead')), await blobs.put(Buffer.from('young'))];
  writeFileSync(join(blobs.folder, 'incoming', 'leftover'), 'half a pict');
  writeFileSync(join(blobs.folder, 'notes.txt'), 'not ours');
  const start = Date.now() - 60_000;
  for (const path of [blobs.path(live), blobs.path(dead), join(blobs.folder, 'incoming', 'leftover')]) utimesSync(path, new Date(start - 1000), new Date(start - 1000));
  assert.equal(await blobs.collect(new Set([live]), start), 2);
  assert.deepEqual([blobs.has(live), blobs.has(dead), blobs.has(young)], [true, false, true]);
  assert.ok(existsSync(join(blobs.folder, 'notes.txt')));
  assert.equal(await blobs.collect(new Set([live])), 1);
  assert.equal(blobs.has(young), false);
});

test('bytes that are put again count as young', async () => {
  const blobs = fresh();
  const name = await blobs.put(Buffer.from('again'));
  const start = Date.now() - 60_000;
  utimesSync(blobs.path(name), new Date(start - 1000), new Date(start - 1000));
  await blobs.put(Buffer.from('again'));
  assert.equal(await blobs.collect(new Set(), start), 0);
});

test('a removed blob is gone, and removing it again is no error', async () => {
  const blobs = fresh();
  const name = await blobs.put(Buffer.from('old checkpoint'));
  await blobs.remove(name);
  await blobs.remove(name);
  assert.equal(blobs.has(name), false);
});

test('a collection of a folder that is not there removes nothing', async () => {
  assert.equal(await fresh().collect(new Set()), 0);
});

test('a full disk is a sentence, leaves no truncated file, and works again once there is space', async (t) => {
  const disk = join(scratch, 'small-disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) return t.skip('mounting a small file system is not permitted here');
  try {
    const blobs = openBlobs(join(disk, 'blobs'));
    const kept = await blobs.put(Buffer.alloc(300_000, 1));
    await assert.rejects(blobs.put(Buffer.alloc(900_000, 2)), is('storage', 'storage.full'));
    assert.equal(files(blobs.folder).length, 1);
    assert.equal((await blobs.get(kept)).length, 300_000);
    assert.equal((await blobs.get(await blobs.put(Buffer.alloc(300_000, 3)))).length, 300_000);
  } finally {
    spawnSync('umount', [disk]);
  }
});
