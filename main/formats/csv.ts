// Tables as text: comma-separated values by RFC 4180, read as leniently as spreadsheets write them, and written so that no cell becomes a formula.
import { StudioError } from '#contract/errors.ts';

export interface CsvRow {
  /** Line in the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Starts a formula when a spreadsheet opens the file: = + - @, their full-width twins, tab and line breaks
 * (OWASP, CSV Injection). Such a cell gets an apostrophe in front; so does one that already has apostrophes there, so that reading undoes it exactly.
 */
const risky = /^'*[=+\-@\t\r\n＝＋－＠]/u;
const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/u;

/** A table as text, with CRLF line ends. It begins with a byte order mark where Excel would misread it otherwise: when it is not all ASCII. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const text = rows.map((row) => `${row.length === 1 && row[0] === '' ? '""' : row.map(writeCell).join(',')}\r\n`).join('');
  return /[^\0-\x7f]/.test(text) ? `\ufeff${text}` : text;
}

function writeCell(text: string): string {
  const safe = risky.test(text) ? `'${text}` : text;
  return /[",;\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Rows of a table. The separator is a comma, semicolon or tab, whichever the first line has most of. Empty lines are skipped.
 * @throws StudioError `unreadable` where a quotation mark is never closed
 */
export function readCsv(text: string): readonly CsvRow[] {
  const data = text.startsWith('\ufeff') ? text.slice(1) : text;
  const separator = separatorOf(data);
  const rows: CsvRow[] = [];
  let at = 0, line = 1;
  while (at < data.length) {
    const first = at, start = line, cells: string[] = [];
    for (let more = true; more;) {
      const begin = afterSpaces(data, at);
      const cell = data[begin] === '"' ? quotedCell(data, begin, line) : plainCell(data, at, separator);
      cells.push(guarded.test(cell.text) ? cell.text.slice(1) : cell.text);
      line += cell.lines;
      at = cell.end;
      more = data[at] === separator;
      if (more) at++;
      else if (at < data.length && !isBreak(data[at]!)) throw unreadable(line, `On line ${line} something follows a closing quotation mark. Write a quotation mark inside a cell twice.`);
    }
    if (data[at] === '\r' && data[at + 1] === '\n') at++;
    at++;
    line++;
    if (cells.length > 1 || cells[0] !== '' || data[first] === '"') rows.push({ line: start, cells });
  }
  return rows;
}

interface Cell {
  readonly text: string;
  /** Index behind it. */
  readonly end: number;
  /** Line breaks inside. */
  readonly lines: number;
}

function quotedCell(data: string, start: number, line: number): Cell {
  let end = start + 1;
  for (;;) {
    end = data.indexOf('"', end);
    if (end < 0) throw unreadable(line, `The quotation mark on line ${line} is never closed.`);
    if (data[end + 1] !== '"') break;
    end += 2;
  }
  const text = data.slice(start + 1, end).replaceAll('""', '"');
  return { text, end: afterSpaces(data, end + 1), lines: (text.match(/\r\n|\r|\n/g) ?? []).length };
}

function plainCell(data: string, start: number, separator: string): Cell {
  let end = start;
  while (end < data.length && data[end] !== separator && !isBreak(data[end]!)) end++;
  return { text: data.slice(start, end).trim(), end, lines: 0 };
}

/** Spaces around quotation marks are no part of a cell. */
function afterSpaces(data: string, start: number): number {
  let at = start;
  while (data[at] === ' ') at++;
  return at;
}

const isBreak = (character: string) => character === '\n' || character === '\r';

/** Counted outside quotation marks. A comma where none is found: then there is one column. */
function separatorOf(data: string): string {
  const counts = new Map([[',', 0], [';', 0], ['\t', 0]]);
  let inside = false;
  for (const character of data) {
    if (character === '"') inside = !inside;
    else if (!inside && isBreak(character)) break;
    else if (!inside && counts.has(character)) counts.set(character, counts.get(character)! + 1);
  }
  return [...counts].reduce((best, next) => next[1] > best[1] ? next : best)[0];
}

function unreadable(line: number, message: string): StudioError {
  return new StudioError('unreadable', 'csv.quotes', { line }, message);
}
