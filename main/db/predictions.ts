// Predictions: what a model says of a picture. Both never change, so a prediction is made once and holds for good.
import { ErrorRecord } from '#contract/errors.ts';
import { fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

export interface StoredPrediction {
  readonly imageId: string;
  /** One for each class of the model; null when the picture could not be read. */
  readonly probabilities: readonly number[] | null;
  readonly error: ErrorRecord | null;
}

export function insertPredictions(db: Database, modelId: string, predictions: readonly StoredPrediction[]): void {
  db.transaction(() => {
    for (const { imageId, probabilities, error } of predictions) {
      db.run(
        'INSERT INTO prediction (model_id, image_id, probabilities, error) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET probabilities = excluded.probabilities, error = excluded.error',
        modelId, imageId, probabilities && toBytes(probabilities), toNullableJson(error),
      );
    }
  });
}

/** By picture id. */
export function predictionsOf(db: Database, modelId: string): ReadonlyMap<string, StoredPrediction> {
  const rows = db.all<{ imageId: string; probabilities: Uint8Array | null; error: string | null }>('SELECT image_id AS imageId, probabilities, error FROM prediction WHERE model_id = ?', modelId);
  return new Map(rows.map(({ imageId, probabilities, error }) => [imageId, { imageId, probabilities: probabilities && fromBytes(probabilities), error: fromNullableJson(ErrorRecord, error) }]));
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
