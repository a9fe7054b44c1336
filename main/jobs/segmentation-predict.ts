// What a model for masks says of a picture, as a record.
import type { ErrorRecord } from '#contract/errors.ts';
import type { PredictionRecord } from '#contract/records.ts';
import { unpackLabels } from '../masks/index.ts';

/** @param classes of the model; the record names those that it saw */
export function maskPrediction({ id, labels, error }: { readonly id: string; readonly labels: string | null; readonly error: ErrorRecord | null }, classes: readonly string[]): PredictionRecord {
  const seen = new Set(labels === null ? [] : unpackLabels(labels).labels);
  return { imageId: null, path: id, className: classes.filter((_, c) => seen.has(c + 1)).join(', '), probabilities: [], ...(labels !== null && { labels }), error };
}
