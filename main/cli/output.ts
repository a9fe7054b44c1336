// How the command line speaks: one JSON document for scripts, tables and a progress line for people.
import type { Measure } from '#contract/records.ts';

type Writer = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

export class Output {
  readonly json: boolean;
  readonly #out: Writer;
  readonly #err: Writer;
  #progressWidth = 0;
  #lastNote = '';

  constructor(json: boolean, out: Writer = process.stdout, err: Writer = process.stderr) {
    this.json = json;
    this.#out = out;
    this.#err = err;
  }

  /** The result: `document` for scripts, `lines` for people. */
  result(document: unknown, lines: () => readonly string[]): void {
    this.#clear();
    this.#out.write(this.json ? `${JSON.stringify(document)}\n` : `${lines().join('\n')}\n`);
  }
  /** A sentence on the way, for people only. */
  say(text: string): void {
    if (this.json) return;
    this.#clear();
    this.#out.write(`${text}\n`);
  }
  /** How far long work is. On a terminal the line is overwritten; elsewhere each kind of work is named once. */
  progress(what: string, done: number, total: number | null, secondsLeft: number | null): void {
    if (this.json) return;
    if (!this.#err.isTTY) {
      if (what !== this.#lastNote) this.#err.write(`${what} ...\n`);
      this.#lastNote = what;
      return;
    }
    const share = total ? ` ${bar(done / total)} ${done}/${total}` : ` ${done}`;
    const text = `${what}${share}${secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`}`.slice(0, 100);
    this.#err.write(`\r${text.padEnd(this.#progressWidth)}`);
    this.#progressWidth = text.length;
  }
  error(record: { code: string; message: string }): void {
    this.#clear();
    this.#err.write(this.json ? `${JSON.stringify({ error: record })}\n` : `${record.message}\n`);
  }
  #clear(): void {
    if (this.#progressWidth) this.#err.write(`\r${' '.repeat(this.#progressWidth)}\r`);
    this.#progressWidth = 0;
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * 20);
  return `[${'#'.repeat(full)}${'.'.repeat(20 - full)}]`;
}

/** Left-aligned texts, right-aligned numbers. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map((cell) => cell === null ? '-' : String(cell)))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || row[column] === null));
  const line = (row: readonly string[]) => row.map((cell, i) => numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).join('  ').trimEnd();
  return [line(cells[0]!), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.slice(1).map(line)];
}

/** A share in [0, 1] without its leading zero: .948 */
export function share(value: number | null): string {
  return value === null ? '-' : value.toFixed(3).replace(/^(-?)0\./, '$1.');
}

/** Value with its interval: .948 (.900 to .973) */
export function measure({ value, low, high }: Measure): string {
  return value === null ? 'not defined' : low === null || high === null ? share(value) : `${share(value)} (${share(low)} to ${share(high)})`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export function bytes(count: number): string {
  return count < 1e6 ? `${(count / 1e3).toFixed(0)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}
