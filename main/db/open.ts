// The one place that talks to SQLite: connections, transactions, and errors as sentences.
import { readFileSync } from 'node:fs';
import SQLite from 'better-sqlite3';
import { StudioError } from '#contract/errors.ts';
import { sqliteError } from './sqlite-error.ts';

export type Value = string | number | null | Uint8Array;

/** A connection. Every statement is prepared once; a failed one throws a StudioError where a person can do something about it. */
export interface Database {
  readonly file: string;
  /** Why this connection only reads; null when it writes. */
  readonly readOnly: string | null;
  /** `Row` is what the SQL selects: STRICT tables keep the types of columns true. */
  all<Row>(sql: string, ...values: readonly Value[]): Row[];
  /** One row at a time, for tables that may be long. The connection is busy until the last row is read. */
  each<Row>(sql: string, ...values: readonly Value[]): IterableIterator<Row>;
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined;
  /** @returns how many rows changed */
  run(sql: string, ...values: readonly Value[]): number;
  /** Several statements in one text. */
  script(sql: string): void;
  /** All of `work` or nothing, durable when it returns. Throws `locked` on a connection that only reads. Calls may nest. */
  transaction<T>(work: () => T): T;
  /** A number in the header of the file. */
  pragma(name: 'user_version' | 'application_id'): number;
  /** What is wrong with the file, or null. */
  quickCheck(): string | null;
  close(): void;
}

export interface OpenOptions {
  readonly readOnly?: string | null;
  /** Make the file when it is missing. */
  readonly create?: boolean;
  /** For a drive that nobody can write to, where SQLite cannot make the file for the locks of a write-ahead log: read the whole file into memory. */
  readonly inMemory?: boolean;
}

/**
 * Connects to a database file. Commits are flushed to the disk (synchronous=FULL): better-sqlite3 is built with NORMAL
 * for write-ahead logs, which may lose the last commits in a power cut.
 */
export function connect(file: string, { readOnly = null, create = false, inMemory = false }: OpenOptions = {}): Database {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, file);
    }
  };
  const connection = guard(() => new SQLite(inMemory ? withoutWriteAhead(readFileSync(file)) : file, { readonly: readOnly !== null, fileMustExist: !create, timeout: 5000 }));
  guard(() => {
    connection.pragma('foreign_keys = ON');
    connection.pragma('trusted_schema = OFF');
    if (readOnly === null) connection.pragma('synchronous = FULL');
    // SQLite's own lower() knows only ASCII.
    connection.function('casefold', { deterministic: true, directOnly: true }, (text: unknown) => String(text).normalize('NFC').toLowerCase());
  });

  const statements = new Map<string, SQLite.Statement<Value[]>>();
  function prepared(sql: string): SQLite.Statement<Value[]> {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, statement = connection.prepare<Value[]>(sql));
    return statement;
  }

  return {
    file,
    readOnly,
    // `as` at the boundary to SQLite: the repository that wrote the SELECT names its columns' types.
    all: <Row>(sql: string, ...values: readonly Value[]) => guard(() => prepared(sql).all(...values) as Row[]),
    get: <Row>(sql: string, ...values: readonly Value[]) => guard(() => prepared(sql).get(...values) as Row | undefined),
    * each<Row>(sql: string, ...values: readonly Value[]) {
      try {
        // A statement of its own: one that is being read cannot be run again.
        yield* connection.prepare<Value[]>(sql).iterate(...values) as IterableIterator<Row>;
      } catch (error) {
        throw sqliteError(error, file);
      }
    },
    run: (sql, ...values) => guard(() => prepared(sql).run(...values).changes),
    script: (sql) => void guard(() => connection.exec(sql)),
    transaction(work) {
      if (readOnly !== null) throw new StudioError('locked', 'project.read-only', { reason: readOnly }, `This project is open for reading only. ${readOnly}`);
      // better-sqlite3 asks whether SQLite has rolled back by itself (full disk) before it does, so the first error is the one that is seen.
      return guard(() => connection.transaction(work).immediate());
    },
    pragma: (name) => guard(() => Number(connection.pragma(name, { simple: true }))),
    quickCheck() {
      const found = guard(() => String(connection.pragma('quick_check(1)', { simple: true })));
      return found === 'ok' ? null : found;
    },
    close: () => void guard(() => connection.close()),
  };
}

/** The same database in a copy that says it has no write-ahead log: bytes 18 and 19 of the header, 1 = rollback journal. */
function withoutWriteAhead(bytes: Buffer): Buffer {
  bytes.fill(1, 18, 20);
  return bytes;
}
