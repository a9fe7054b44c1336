import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { components, list, listFile } from './licences.ts';

test('the list of third-party licences is the one that the lock file gives (npm run licences)', () => {
  assert.equal(readFileSync(listFile, 'utf8'), list());
});

test('every shipped package states a licence that Fovea may ship with', () => {
  const allowed = /^\(?(MIT|MIT-0|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0|LGPL-3\.0-or-later|Unlicense|CC0-1\.0|WTFPL|Python-2\.0|Apache-2\.0 AND (LGPL-3\.0-or-later|MIT).*|\(?BSD-3-Clause AND Apache-2\.0\)?|MIT OR .*|.* OR MIT\)?|Apache-2\.0 WITH LLVM-exception)\)?$/;
  assert.deepEqual(components().filter(({ licence }) => !allowed.test(licence)).map(({ name, licence }) => `${name}: ${licence}`), []);
});

test('the renderer\'s bundled packages are listed although they are development dependencies', () => {
  const names = new Set(components().map(({ name }) => name));
  for (const name of ['svelte', 'bits-ui', 'uplot', 'zod', 'sharp', 'esm-env']) assert.ok(names.has(name), name);
  assert.ok(!names.has('typescript'));
});
