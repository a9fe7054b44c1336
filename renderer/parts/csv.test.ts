// Saved tables: quoting by RFC 4180, and no formula.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from './csv.ts';

test('commas, quotes and line breaks are quoted', () => {
  assert.equal(csv([['a,b', 'say "x"', 'two\nlines', 0.5]]), '"a,b","say ""x""","two\nlines",0.5\r\n');
});

test('a name that would be a formula is kept a text, a negative number stays a number', () => {
  assert.equal(csv([['=1+1.png', '+x', '@y', '-z', -0.5]]), "'=1+1.png,'+x,'@y,'-z,-0.5\r\n");
});
