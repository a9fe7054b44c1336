// Predictions: what a model says of a picture or of a part of one. Both never change, so a prediction is made once and holds for good.
import { Crop, partId, readPartId } from '#contract/crop.ts';
import { ErrorRecord } from '#contract/errors.ts';
import { fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

export interface StoredPrediction {
  /** Of the picture, or of a part of it. */
  readonly imageId: string;
  /** One for each class of the model; null when the picture could not be read. */
  readonly probabilities: readonly number[] | null;
  readonly error: ErrorRecord | null;
}

export function insertPredictions(db: Database, modelId: string, predictions: readonly StoredPrediction[]): void {
  db.transaction(() => {
    for (const { imageId: id, probabilities, error } of predictions) {
      const { imageId, crop } = readPartId(id), said = [probabilities && toBytes(probabilities), toNullableJson(error)] as const;
      const again = 'ON CONFLICT DO UPDATE SET probabilities = excluded.probabilities, error = excluded.error';
      if (crop === null) db.run(`INSERT INTO prediction (model_id, image_id, probabilities, error) VALUES (?, ?, ?, ?) ${again}`, modelId, imageId, ...said);
      else db.run(`INSERT INTO part_prediction (model_id, image_id, crop, probabilities, error) VALUES (?, ?, ?, ?, ?) ${again}`, modelId, imageId, JSON.stringify(crop), ...said);
    }
  });
}

/** By the id of the picture or part. */
export function predictionsOf(db: Database, modelId: string): ReadonlyMap<string, StoredPrediction> {
  const rows = db.all<{ imageId: string; crop: string | null; probabilities: Uint8Array | null; error: string | null }>(
    `SELECT image_id AS imageId, NULL AS crop, probabilities, error FROM prediction WHERE model_id = ?
     UNION ALL SELECT image_id, crop, probabilities, error FROM part_prediction WHERE model_id = ?`, modelId, modelId);
  return new Map(rows.map(({ imageId: image, crop, probabilities, error }) => {
    const imageId = partId(image, fromNullableJson(Crop, crop));
    return [imageId, { imageId, probabilities: probabilities && fromBytes(probabilities), error: fromNullableJson(ErrorRecord, error) }];
  }));
}

function toBytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return new Uint8Array(view.buffer);
}

function fromBytes(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));
}
