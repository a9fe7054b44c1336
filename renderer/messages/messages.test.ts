// Every language says everything, with the same values in its sentences.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from './en.ts';
import { fill, namesIn } from '#contract/fill.ts';
import { ptBR } from './pt-BR.ts';

test('Portuguese has the same keys as English', () => {
  assert.deepEqual(Object.keys(ptBR).sort(), Object.keys(en).sort());
});

test('a sentence takes the same values in both languages', () => {
  const differing = Object.entries(en).filter(([key, message]) => {
    const other = (ptBR as Readonly<Record<string, string>>)[key] ?? '';
    return namesIn(message).sort().join() !== namesIn(other).sort().join();
  });
  assert.deepEqual(differing.map(([key]) => key), []);
});

test('a number chooses between one and more, and is written as the locale writes it', () => {
  assert.equal(fill('{n} {n|picture|pictures}', { n: 1 }, 'en'), '1 picture');
  assert.equal(fill('{n} {n|picture|pictures}', { n: 2500 }, 'en'), '2,500 pictures');
  assert.equal(fill('{n} {n|imagem|imagens}', { n: 2500 }, 'pt-BR'), '2.500 imagens');
});

test('values are text: what looks like a hole in them is left alone', () => {
  assert.equal(fill('{name} and {name}', { name: '{n|a|b}<b>' }, 'en'), '{n|a|b}<b> and {n|a|b}<b>');
});
