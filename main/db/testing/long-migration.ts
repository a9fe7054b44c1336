// For tests: a second version of the schema that takes a while to make.
import type { Migration } from '../migrations/index.ts';

export function longMigration(begins: () => void = () => {}): Migration {
  return {
    version: 2,
    run(db) {
      begins();
      db.script('CREATE TABLE filler (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
      for (let n = 0; n < 20_000; n++) db.run('INSERT INTO filler (n, text) VALUES (?, ?)', n, 'x'.repeat(100));
    },
  };
}
