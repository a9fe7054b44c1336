// Version 1: all that is painful to add later is there from the start.
import type { Migration } from './migration.ts';

/** JSON columns hold records of contract/records.ts; `number` columns keep the order in which rows came. */
const schema = `
CREATE TABLE project (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  task TEXT NOT NULL CHECK (task IN ('classification', 'multilabel', 'segmentation')),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE class (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  color INTEGER NOT NULL CHECK (color BETWEEN 0 AND 9),
  position INTEGER NOT NULL CHECK (position >= 0)
) STRICT, WITHOUT ROWID;

-- A picture's identity, apart from its bytes: several rows may hold the same sha256.
CREATE TABLE image (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  bytes INTEGER NOT NULL,
  format TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  channels INTEGER NOT NULL,
  bit_depth INTEGER NOT NULL CHECK (bit_depth IN (8, 16)),
  frame INTEGER NOT NULL,
  row_spacing REAL,
  column_spacing REAL,
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 16),
  subject TEXT,
  site TEXT,
  declared TEXT CHECK (declared IN ('train', 'validation', 'test')),
  status TEXT NOT NULL CHECK (status IN ('open', 'unsure', 'skipped')),
  excluded INTEGER NOT NULL CHECK (excluded IN (0, 1)),
  CHECK ((row_spacing IS NULL) = (column_spacing IS NULL))
) STRICT;
CREATE INDEX image_sha256 ON image (sha256);
CREATE INDEX image_path ON image (path);
CREATE INDEX image_subject ON image (subject);

-- Deferred, so that the changes of one patch may stand in any order.
CREATE TABLE annotation (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  image_id TEXT NOT NULL REFERENCES image (id) DEFERRABLE INITIALLY DEFERRED,
  class_id TEXT NOT NULL REFERENCES class (id) DEFERRABLE INITIALLY DEFERRED,
  geometry TEXT CHECK (geometry IS NULL OR json_valid(geometry)),
  source TEXT NOT NULL CHECK (source IN ('person', 'import', 'accepted')),
  reader TEXT,
  model_id TEXT REFERENCES model (id)
) STRICT;
CREATE INDEX annotation_image ON annotation (image_id);
CREATE INDEX annotation_class ON annotation (class_id);

-- The record of all changes: appended to, never changed. Each row holds the hash of the one before.
CREATE TABLE patch (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  at TEXT NOT NULL,
  reader TEXT
) STRICT;
CREATE TABLE change (
  sequence INTEGER PRIMARY KEY,
  patch INTEGER NOT NULL REFERENCES patch (sequence),
  "of" TEXT NOT NULL CHECK ("of" IN ('image', 'class', 'annotation')),
  row_id TEXT NOT NULL,
  old TEXT NOT NULL CHECK (json_valid(old)),
  new TEXT NOT NULL CHECK (json_valid(new)),
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX change_patch ON change (patch);
CREATE INDEX change_row ON change (row_id);
-- The last link, so that a chain cut short is noticed.
CREATE TABLE change_head (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO change_head VALUES (1, 0, '');
CREATE TRIGGER patch_stays BEFORE UPDATE ON patch BEGIN SELECT RAISE(ABORT, 'patches are never changed'); END;
CREATE TRIGGER patch_is_kept BEFORE DELETE ON patch BEGIN SELECT RAISE(ABORT, 'patches are never deleted'); END;
CREATE TRIGGER change_stays BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'changes are never changed'); END;
CREATE TRIGGER change_is_kept BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;

CREATE TABLE duplicate (
  image_id TEXT NOT NULL REFERENCES image (id),
  of_image_id TEXT NOT NULL REFERENCES image (id),
  kind TEXT NOT NULL CHECK (kind IN ('exact', 'near')),
  distance INTEGER NOT NULL,
  PRIMARY KEY (image_id, of_image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_of ON duplicate (of_image_id);

CREATE TABLE split (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL CHECK (json_valid(record))
) STRICT;
CREATE TABLE assignment (
  split_id TEXT NOT NULL REFERENCES split (id),
  image_id TEXT NOT NULL REFERENCES image (id),
  partition TEXT NOT NULL CHECK (partition IN ('train', 'validation', 'test')),
  fold INTEGER,
  PRIMARY KEY (split_id, image_id)
) STRICT, WITHOUT ROWID;

-- The hash names a blob: the canonical list of pictures, labels and split that it is the hash of.
CREATE TABLE dataset_version (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  created_at TEXT NOT NULL,
  images INTEGER NOT NULL,
  labelled INTEGER NOT NULL,
  split_id TEXT REFERENCES split (id)
) STRICT;

CREATE TABLE run (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  options TEXT NOT NULL CHECK (json_valid(options)),
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'stopped', 'failed', 'interrupted')),
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  dataset TEXT NOT NULL REFERENCES dataset_version (hash),
  split_id TEXT NOT NULL REFERENCES split (id),
  engine TEXT CHECK (engine IS NULL OR json_valid(engine)),
  model_id TEXT REFERENCES model (id),
  seconds REAL,
  best TEXT CHECK (best IS NULL OR json_valid(best)),
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  code_version TEXT NOT NULL,
  -- Blob of the job document: the run can be replayed from it.
  document TEXT NOT NULL,
  -- Ids of the classes in the order of the model's outputs: a class may be renamed later.
  class_ids TEXT NOT NULL CHECK (json_valid(class_ids)),
  -- The pretrained weights that it starts from.
  parent TEXT CHECK (parent IS NULL OR json_valid(parent))
) STRICT;

CREATE TABLE run_event (
  run_id TEXT NOT NULL REFERENCES run (id),
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  at TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (run_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('import', 'train', 'evaluate', 'predict', 'export', 'download')),
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'stopped', 'failed', 'interrupted')),
  subject_id TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  report TEXT CHECK (report IS NULL OR json_valid(report))
) STRICT;

CREATE TABLE model (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES run (id),
  record TEXT NOT NULL CHECK (json_valid(record)),
  -- How the head works, as jobs are told; a knn head names a blob.
  head TEXT NOT NULL CHECK (json_valid(head)),
  -- Blob with the tensors that differ from the parent's, which lie in the blob of the parent's sha256.
  delta TEXT NOT NULL
) STRICT;

CREATE TABLE prediction (
  model_id TEXT NOT NULL REFERENCES model (id),
  image_id TEXT NOT NULL REFERENCES image (id),
  -- One 64-bit float per class of the model, little-endian; none when the picture could not be read.
  probabilities BLOB,
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  PRIMARY KEY (model_id, image_id),
  CHECK ((probabilities IS NULL) <> (error IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  model_id TEXT NOT NULL REFERENCES model (id),
  partition TEXT NOT NULL CHECK (partition IN ('train', 'validation', 'test')),
  record TEXT NOT NULL CHECK (json_valid(record))
) STRICT;

-- Every look at the test partition, counted before the work begins.
CREATE TABLE look (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  model_id TEXT NOT NULL REFERENCES model (id),
  split_id TEXT NOT NULL REFERENCES split (id)
) STRICT;
CREATE TRIGGER look_stays BEFORE UPDATE ON look BEGIN SELECT RAISE(ABORT, 'looks are never changed'); END;
CREATE TRIGGER look_is_kept BEFORE DELETE ON look BEGIN SELECT RAISE(ABORT, 'looks are never deleted'); END;

-- Every blob that a row names; the others are removed by a collection.
CREATE VIEW live_blob (sha256) AS
  SELECT sha256 FROM image
  UNION SELECT hash FROM dataset_version
  UNION SELECT document FROM run
  UNION SELECT json_extract(parent, '$.sha256') FROM run WHERE parent IS NOT NULL
  UNION SELECT json_extract(body, '$.blob') FROM run_event WHERE json_extract(body, '$.type') = 'checkpoint'
  UNION SELECT delta FROM model
  UNION SELECT json_extract(head, '$.blob') FROM model WHERE json_extract(head, '$.kind') = 'knn';
`;

export const start: Migration = { version: 1, run: (db) => db.script(schema) };
