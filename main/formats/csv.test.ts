// Tables survive writing and reading whatever their cells hold, and no cell becomes a formula on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import { readCsv, writeCsv } from './csv.ts';

const cells = (text: string) => readCsv(text).map((row) => row.cells);
/** Texts that are likely to break something. */
const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ unit: fc.constantFrom('"', "'", ',', ';', '\t', '\r', '\n', '=', '+', '-', '@', ' ', '＝', 'a', '\ufeff'), maxLength: 6 }));

test('every table reads back as it was written', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 })), (rows) => {
    // The writer separates by commas: a header that holds a comma more often than anything else makes the reader sure of it.
    const table = [['a', 'b', 'c'], ...rows];
    assert.deepEqual(cells(writeCsv(table)), table);
  }), { numRuns: 500 });
});

test('no written cell starts a formula in a spreadsheet', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "'=1", '=HYPERLINK("x")']) {
    const written = writeCsv([[text]]).replace('\ufeff', '');
    assert.match(written, /^"?'/, JSON.stringify(text));
    assert.deepEqual(cells(written), [[text]]);
  }
  assert.equal(writeCsv([["it's", 'a-b', '5']]), "it's,a-b,5\r\n");
});

test('the examples of RFC 4180 are read as it says', () => {
  assert.deepEqual(cells('aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n'), [['aaa', 'bbb', 'ccc'], ['zzz', 'yyy', 'xxx']]);
  assert.deepEqual(cells('aaa,bbb,ccc\r\nzzz,yyy,xxx'), [['aaa', 'bbb', 'ccc'], ['zzz', 'yyy', 'xxx']]);
  assert.deepEqual(cells('"aaa","b \r\nbb","ccc"\r\nzzz,yyy,xxx'), [['aaa', 'b \r\nbb', 'ccc'], ['zzz', 'yyy', 'xxx']]);
  assert.deepEqual(cells('"aaa","b""bb","ccc"'), [['aaa', 'b"bb', 'ccc']]);
});

test('semicolons, tabs, byte order marks, other line ends, spaces and empty lines are understood', () => {
  const table = [['path', 'class'], ['a,b.png', 'cat; "x"']];
  assert.deepEqual(cells('\ufeffpath;class\r\n"a,b.png";"cat; ""x"""'), table);
  assert.deepEqual(cells('path\tclass\na,b.png\t"cat; ""x"""\n\n'), table);
  assert.deepEqual(cells('path, class\r"a,b.png" , "cat; ""x"""\r'), table);
  assert.deepEqual(cells(''), []);
});

test('a row knows its line, also below a cell of several lines', () => {
  assert.deepEqual(readCsv('a,b\n"x\ny",1\n\nz,2').map(({ line }) => line), [1, 2, 5]);
});

test('a quotation mark that is never closed is named with its line', () => {
  for (const text of ['a,b\nx,"y', 'a,b\n"x"y,1']) assert.throws(() => readCsv(text), (error) => error instanceof StudioError && error.code === 'unreadable' && error.params['line'] === 2);
});
