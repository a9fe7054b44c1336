// Whether the masks of a project are of objects or of classes; and changes of any kind of row: which there are is checked by the contract.
import type { Migration } from './migration.ts';

const schema = `
ALTER TABLE project ADD COLUMN mask_kind TEXT CHECK (mask_kind IN ('objects', 'areas'));
CREATE TABLE new_change (
  sequence INTEGER PRIMARY KEY,
  patch INTEGER NOT NULL REFERENCES patch (sequence),
  "of" TEXT NOT NULL,
  row_id TEXT NOT NULL,
  old TEXT NOT NULL CHECK (json_valid(old)),
  new TEXT NOT NULL CHECK (json_valid(new)),
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO new_change SELECT sequence, patch, "of", row_id, old, new, previous, hash FROM change;
DROP TRIGGER change_stays;
DROP TRIGGER change_is_kept;
DROP TABLE change;
ALTER TABLE new_change RENAME TO change;
CREATE INDEX change_patch ON change (patch);
CREATE INDEX change_row ON change (row_id);
CREATE TRIGGER change_stays BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'changes are never changed'); END;
CREATE TRIGGER change_is_kept BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
`;

export const maskKind: Migration = { version: 7, run: (db) => db.script(schema) };
