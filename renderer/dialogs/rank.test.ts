// The palette finds by parts of words, without regard to case and accents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rank } from './rank.ts';

test('what begins with the letters comes before what only holds them', () => {
  const names = ['Set class', 'Subclass', 'Class of 1900'];
  assert.deepEqual(names.toSorted((a, b) => rank('class', b) - rank('class', a)), ['Class of 1900', 'Set class', 'Subclass']);
});

test('every word must be there', () => {
  assert.equal(rank('new project', 'New class'), 0);
  assert.ok(rank('proj new', 'New project') > 0);
});

test('accents and case do not matter, and nothing fits everything', () => {
  assert.ok(rank('configuracoes', 'Configurações') > 0);
  assert.ok(rank('', 'anything') > 0);
});
