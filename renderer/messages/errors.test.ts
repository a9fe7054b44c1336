// Whatever the main side can refuse is said in every language of the screens, with values that really come along.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { namesIn } from '#contract/fill.ts';
import { ptBRErrors } from './pt-BR.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a door of a person without screens says is always English. */
const sources = ['main', 'electron', 'renderer/link'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/[\\/](testing|cli)[\\/]/.test(path));

/** Each error that is written down: its key, and the names of its values, or null where they are put together elsewhere. */
function* written(): Generator<{ readonly key: string; readonly names: readonly string[] | null }> {
  for (const path of sources) {
    for (const [, key = '', given = ''] of readFileSync(join(root, path), 'utf8').matchAll(/StudioError\(\s*[^,()]+,\s*'([^']+)',\s*(\{[^{}]*\}|\w)/g)) {
      yield { key, names: given.startsWith('{') && !given.includes('...') ? namesOf(given) : null };
    }
  }
}

/** Names of the properties of an object as it stands in the source. */
function namesOf(literal: string): string[] {
  // Commas inside of calls part no properties.
  let flat = literal.slice(1, -1);
  for (let before = ''; before !== flat;) { before = flat; flat = flat.replace(/\([^()]*\)/g, ''); }
  return flat.split(',').map((property) => property.split(':')[0]?.trim().replace(/^'|'$/g, '') ?? '').filter(Boolean);
}

test('every error has its sentence in Portuguese', () => {
  const keys = new Set([...written()].map(({ key }) => key));
  assert.ok(keys.size > 150, 'the errors of the main side are found');
  assert.deepEqual([...keys].filter((key) => !(key in ptBRErrors)).sort(), []);
});

test('a sentence takes only values that come with its error', () => {
  const byKey = Map.groupBy(written(), ({ key }) => key);
  const wrong = Object.entries(ptBRErrors).flatMap(([key, sentence]) => {
    // Where one place gives other values than another, a sentence can rely on what all give.
    const places = (byKey.get(key) ?? []).flatMap(({ names }) => (names === null ? [] : [names]));
    return namesIn(sentence).filter((name) => places.some((names) => !names.includes(name))).map((name) => `${key}: ${name}`);
  });
  assert.deepEqual(wrong, []);
});
