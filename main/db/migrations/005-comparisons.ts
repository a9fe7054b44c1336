// Comparisons of backbones and strategies on the same folds.
import type { Migration } from './migration.ts';

const schema = `
CREATE TABLE comparison (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  -- Options, arms, and the pictures with their folds: what all its units stand on.
  basis TEXT NOT NULL CHECK (json_valid(basis)),
  -- Computed from the units; none before the first arm is done.
  figures TEXT CHECK (figures IS NULL OR json_valid(figures))
) STRICT;
CREATE TABLE comparison_unit (
  comparison_id TEXT NOT NULL REFERENCES comparison (id),
  arm TEXT NOT NULL,
  fold INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  record TEXT NOT NULL CHECK (json_valid(record)),
  PRIMARY KEY (comparison_id, arm, fold, seed)
) STRICT, WITHOUT ROWID;
`;

export const comparisons: Migration = { version: 5, run: (db) => db.script(schema) };
