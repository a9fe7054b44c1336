// Runs that begin with a trained model: which one, and its tensors kept as long as the run is.
import type { Migration } from './migration.ts';

const column = `
-- The model that it begins with, as it was then; its project may be gone.
ALTER TABLE run ADD COLUMN parent_model TEXT CHECK (parent_model IS NULL OR json_valid(parent_model));
`;

export const parents: Migration = {
  version: 2,
  run(db) {
    db.script(column);
    // The view as it is, with one more source, so that it does not matter what other migrations added.
    const view = db.get<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'live_blob'");
    if (!view) throw new Error('the database has no view live_blob');
    db.script(`DROP VIEW live_blob; ${view.sql} UNION SELECT json_extract(parent_model, '$.delta') FROM run WHERE parent_model IS NOT NULL;`);
  },
};
