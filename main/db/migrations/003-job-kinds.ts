// Jobs of any kind: which kinds there are is checked by the contract, so that a new one needs no new schema.
import type { Migration } from './migration.ts';

const schema = `
CREATE TABLE new_job (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'stopped', 'failed', 'interrupted')),
  subject_id TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  report TEXT CHECK (report IS NULL OR json_valid(report))
) STRICT;
INSERT INTO new_job SELECT number, id, kind, status, subject_id, created_at, ended_at, error, report FROM job;
DROP TABLE job;
ALTER TABLE new_job RENAME TO job;
`;

export const jobKinds: Migration = { version: 3, run: (db) => db.script(schema) };
