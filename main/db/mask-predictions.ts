// What models for masks say: label maps and probabilities as blobs, made once and kept, and how unsure they are of a picture.
import { ErrorRecord } from '#contract/errors.ts';
import { fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

export interface StoredMasks {
  readonly imageId: string;
  /** Blob of the packed label map; null when the picture could not be read. */
  readonly labels: string | null;
  /** Blob of the probabilities. */
  readonly probabilities: string | null;
  readonly error: ErrorRecord | null;
}

/** The blobs are durable already. */
export function insertMaskPredictions(db: Database, modelId: string, predictions: readonly StoredMasks[]): void {
  db.transaction(() => {
    for (const { imageId, labels, probabilities, error } of predictions) {
      db.run('INSERT OR REPLACE INTO mask_prediction (model_id, image_id, labels, probabilities, error) VALUES (?, ?, ?, ?, ?)', modelId, imageId, labels, probabilities, toNullableJson(error));
    }
  });
}

/** By the id of the picture. */
export function maskPredictionsOf(db: Database, modelId: string): ReadonlyMap<string, StoredMasks> {
  const rows = db.all<Omit<StoredMasks, 'error'> & { error: string | null }>('SELECT image_id AS imageId, labels, probabilities, error FROM mask_prediction WHERE model_id = ?', modelId);
  return new Map(rows.map(({ error, ...rest }) => [rest.imageId, { ...rest, error: fromNullableJson(ErrorRecord, error) }]));
}

/** @param doubt in 0..1 */
export function insertMaskDoubt(db: Database, modelId: string, imageId: string, doubt: number): void {
  db.run('INSERT OR REPLACE INTO mask_doubt (model_id, image_id, doubt) VALUES (?, ?, ?)', modelId, imageId, doubt);
}

/** Doubts of a model by the id of the picture. */
export function maskDoubtsOf(db: Database, modelId: string): ReadonlyMap<string, number> {
  return new Map(db.all<{ imageId: string; doubt: number }>('SELECT image_id AS imageId, doubt FROM mask_doubt WHERE model_id = ?', modelId).map(({ imageId, doubt }) => [imageId, doubt]));
}
