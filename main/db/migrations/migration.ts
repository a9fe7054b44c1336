// What a migration is: one step of the schema, forward only. A released one is never edited; the next one changes what it did.
import type { Database } from '../open.ts';

export interface Migration {
  /** The user_version that it leads to; they rise by one. */
  readonly version: number;
  /** Runs inside one transaction together with the new user_version. */
  readonly run: (db: Database) => void;
}
