// For tests: a version of the schema after the newest that takes a while to make.
import { newest } from '../migrate.ts';
import type { Migration } from '../migrations/index.ts';

export function longMigration(begins: () => void = () => {}): Migration {
  return {
    version: newest() + 1,
    run(db) {
      begins();
      db.script('CREATE TABLE filler (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
      for (let n = 0; n < 20_000; n++) db.run('INSERT INTO filler (n, text) VALUES (?, ?)', n, 'x'.repeat(100));
    },
  };
}
