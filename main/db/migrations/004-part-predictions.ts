// What models say of parts of pictures: crops around boxes. A part is named by where it lies, so what was said holds whatever becomes of the box.
import type { Migration } from './migration.ts';

const schema = `
CREATE TABLE part_prediction (
  model_id TEXT NOT NULL REFERENCES model (id),
  image_id TEXT NOT NULL REFERENCES image (id),
  -- JSON: left, top, width, height in pixels of the upright picture.
  crop TEXT NOT NULL CHECK (json_valid(crop)),
  -- As in prediction.
  probabilities BLOB,
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  PRIMARY KEY (model_id, image_id, crop),
  CHECK ((probabilities IS NULL) <> (error IS NULL))
) STRICT, WITHOUT ROWID;
`;

export const partPredictions: Migration = { version: 4, run: (db) => db.script(schema) };
