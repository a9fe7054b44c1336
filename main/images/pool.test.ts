import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { encodePng } from './decode.ts';
import { describe } from './describe.ts';
import { fingerprint } from './fingerprint.ts';
import { decode } from './decode.ts';
import { openPicturePool } from './pool.ts';

const folder = await mkdtemp(join(tmpdir(), 'fovea-pool-'));
after(() => rm(folder, { recursive: true }));
const key = (wanted: string) => (error: unknown) => error instanceof StudioError && error.key === wanted;
const picture = await encodePng({ width: 40, height: 30, channels: 3, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * i) >>> 4) });
const fragile = new URL('./testing/fragile-worker.ts', import.meta.url);

test('a picture is read, hashed, described and fingerprinted in a worker exactly as here', async () => {
  const pool = openPicturePool({ workers: 2 });
  const path = join(folder, 'a "quoted"\n🔬 name.png');
  await writeFile(path, picture);
  const { bytes, sha256, description } = await pool.read(path);
  assert.equal(sha256, createHash('sha256').update(picture).digest('hex'));
  const seen = await pool.inspect(bytes);
  assert.deepEqual(description, describe(picture));
  assert.equal(seen.fingerprint, fingerprint(await decode(picture)));
  assert.deepEqual(Buffer.from(seen.bytes), Buffer.from(picture));
  assert.equal(describe((await pool.thumbnail(picture, 20)).bytes).width, 20);
  assert.equal((await pool.render(picture, null)).type, 'image/png');
  await pool.close();
});

test('what cannot be a picture is refused by its reason, and the pool goes on', async () => {
  const pool = openPicturePool({ workers: 1 });
  await writeFile(join(folder, 'notes.txt'), 'patient 1: benign');
  await writeFile(join(folder, 'empty.png'), '');
  await writeFile(join(folder, 'cut.png'), picture.subarray(0, picture.length / 2));
  await assert.rejects(pool.read(join(folder, 'notes.txt')), key('image.not-a-picture'));
  await assert.rejects(pool.read(join(folder, 'empty.png')), key('image.empty'));
  await assert.rejects(pool.read(join(folder, 'nowhere.png')), key('image.not-opened'));
  await assert.rejects(pool.read(join(folder, 'cut.png')), key('image.truncated'));
  const damaged = Uint8Array.from(picture, (value, i) => (i === 400 ? value ^ 255 : value));
  await assert.rejects(pool.inspect(damaged), key('image.corrupt'));
  assert.equal((await pool.inspect(Uint8Array.from(picture))).bytes.length, picture.length);
  await pool.close();
});

test('a worker that dies or hangs costs the one picture it had', async () => {
  const pool = openPicturePool({ workers: 2, entry: fragile, patience: 1500 });
  const asked = ['one', 'exit', 'three', 'throw', 'fifth', 'hang', 'seventh'];
  const outcomes = await Promise.allSettled(asked.map((path) => pool.read(path)));
  assert.deepEqual(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.bytes.length : outcome.reason instanceof StudioError ? outcome.reason.key : outcome.reason)),
    [3, 'image.crashed', 5, 'image.crashed', 5, 'image.too-slow', 7]);
  await pool.close();
});

test('the queue is bounded, and closing refuses what waits but lets end what runs', async () => {
  const pool = openPicturePool({ workers: 1, queue: 2 });
  const running = pool.render(picture, null), second = pool.render(picture, null), third = pool.render(picture, null);
  const refused = [assert.rejects(pool.render(picture, null), key('image.queue-full')), assert.rejects(second, key('image.pool-closed')), assert.rejects(third, key('image.pool-closed'))];
  await pool.close();
  assert.equal((await running).type, 'image/png');
  await Promise.all(refused);
  await assert.rejects(pool.render(picture, null), key('image.pool-closed'));
});

test('an idle pool does not keep a process alive', () => {
  const code = `import { openPicturePool } from ${JSON.stringify(new URL('./pool.ts', import.meta.url).href)};
    const pool = openPicturePool({ workers: 2 });
    await pool.read('nowhere').catch(() => {});
    console.log('asked');`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', timeout: 20_000 });
  assert.deepEqual([stdout, status], ['asked\n', 0]);
});
