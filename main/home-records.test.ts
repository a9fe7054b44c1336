import { deepEqual } from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { keepRecord, readRecords } from './home-records.ts';

test('records are kept under their keys, the newest last, the oldest forgotten, and a file that is none of ours counts as empty', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-records-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'new', 'records.json'), schema = z.number();
  deepEqual(await readRecords(file, schema), {});
  for (const [key, value] of [['a', 1], ['b', 2], ['a', 3], ['c', 4]] as const) await keepRecord(file, schema, key, value, 2);
  deepEqual(Object.entries(await readRecords(file, schema)), [['a', 3], ['c', 4]]);
  deepEqual(await readdir(join(folder, 'new')), ['records.json']);
  for (const text of ['no JSON', '{"a":"one"}']) {
    await writeFile(file, text);
    deepEqual(await readRecords(file, schema), {});
  }
});
