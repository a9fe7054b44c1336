import { deepEqual, equal } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openFeatureCache } from './feature-cache.ts';
import type { FeatureKey } from './feature-cache.ts';

const key: FeatureKey = { weights: 'w', backbone: 'b', node: 'n', preprocessing: { size: [8, 8] }, view: null, engine: { id: 'onnx' }, precision: 'float32' };
const names = new Set(['a', 'b', 'c']);

async function cacheIn(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-cache-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return { folder, cache: openFeatureCache(folder) };
}

test('what was written comes back bit for bit, by name', async (t) => {
  const { cache } = await cacheIn(t);
  await cache.write(key, ['a', 'b'], Float32Array.of(1, 2, 0.1, -0));
  await cache.write(key, ['c'], Float32Array.of(5, 6));
  const found = await cache.read(key, new Set(['b', 'c', 'd']), 2);
  deepEqual([...found].sort(), [['b', Float32Array.of(0.1, -0)], ['c', Float32Array.of(5, 6)]]);
});

test('nothing is shared between different weights, nodes, views, preprocessing or engines', async (t) => {
  const { cache } = await cacheIn(t);
  await cache.write(key, ['a'], Float32Array.of(1));
  const others: Partial<FeatureKey>[] = [{ weights: 'v' }, { node: 'm' }, { view: { turn: 0 } }, { preprocessing: { size: [9, 9] } }, { engine: { id: 'wasm' } }, { precision: 'bfloat16' }];
  for (const other of others) equal((await cache.read({ ...key, ...other }, names, 1)).size, 0);
});

test('a damaged or torn file is dropped and the rest stays', async (t) => {
  const { folder, cache } = await cacheIn(t);
  await cache.write(key, ['a'], Float32Array.of(1));
  const [set] = await readdir(folder);
  const [first] = await readdir(join(folder, set!));
  await cache.write(key, ['b'], Float32Array.of(2));
  await truncate(join(folder, set!, first!), 40);
  deepEqual([...(await cache.read(key, names, 1)).keys()], ['b']);
  equal(existsSync(join(folder, set!, first!)), false);
  const [second] = await readdir(join(folder, set!));
  const bytes = await readFile(join(folder, set!, second!));
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(join(folder, set!, second!), bytes);
  equal((await cache.read(key, names, 1)).size, 0);
});

test('outputs of another length are not taken', async (t) => {
  const { cache } = await cacheIn(t);
  await cache.write(key, ['a'], Float32Array.of(1, 2));
  equal((await cache.read(key, names, 3)).size, 0);
});

test('pruning removes what was used longest ago, and only as much as needed', async (t) => {
  const { folder, cache } = await cacheIn(t);
  for (const node of ['old', 'new']) await cache.write({ ...key, node }, ['a'], new Float32Array(1000));
  const sets = await readdir(folder);
  for (const set of sets) await utimes(join(folder, set), new Date(0), new Date(0));
  await cache.read({ ...key, node: 'new' }, names, 1000);
  await cache.prune(6000);
  equal((await cache.read({ ...key, node: 'old' }, names, 1000)).size, 0);
  equal((await cache.read({ ...key, node: 'new' }, names, 1000)).size, 1);
  await cache.prune(0);
  equal((await readdir(folder)).length, 0);
});

test('a cache that is not there is empty', async (t) => {
  const { folder } = await cacheIn(t);
  const cache = openFeatureCache(join(folder, 'none'));
  equal((await cache.read(key, names, 1)).size, 0);
  await cache.prune(0);
});
