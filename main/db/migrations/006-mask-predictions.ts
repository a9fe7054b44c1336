// What models for masks said of the pictures that they were measured on, and how unsure they were of pictures that nobody has drawn on.
import type { Migration } from './migration.ts';

const schema = `
CREATE TABLE mask_prediction (
  model_id TEXT NOT NULL REFERENCES model (id),
  image_id TEXT NOT NULL REFERENCES image (id),
  -- Blobs: the packed label map; and of each class its probabilities in 256ths, a grey PNG with the classes one below the other.
  labels TEXT CHECK (length(labels) = 64),
  probabilities TEXT CHECK (length(probabilities) = 64),
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  PRIMARY KEY (model_id, image_id),
  CHECK ((labels IS NULL) <> (error IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE mask_doubt (
  model_id TEXT NOT NULL REFERENCES model (id),
  image_id TEXT NOT NULL REFERENCES image (id),
  -- 0 = the same masks however the picture is turned, 1 = masks that have nothing in common.
  doubt REAL NOT NULL CHECK (doubt BETWEEN 0 AND 1),
  PRIMARY KEY (model_id, image_id)
) STRICT, WITHOUT ROWID;
`;

export const maskPredictions: Migration = {
  version: 6,
  run(db) {
    db.script(schema);
    // The view as it is, with two more sources, so that it does not matter what other migrations added.
    const view = db.get<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'live_blob'");
    if (!view) throw new Error('the database has no view live_blob');
    db.script(`DROP VIEW live_blob; ${view.sql} UNION SELECT labels FROM mask_prediction WHERE labels IS NOT NULL UNION SELECT probabilities FROM mask_prediction WHERE probabilities IS NOT NULL;`);
  },
};
