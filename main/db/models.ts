// Models: what a run made, kept as the tensors that differ from its pretrained parent.
import { StudioError } from '#contract/errors.ts';
import { JobHead } from '#contract/jobs.ts';
import { ModelRecord } from '#contract/runs.ts';
import type { z } from 'zod';
import { fromJson } from './json.ts';
import type { Database } from './open.ts';

/** A model with what jobs need to run it: `delta` is a blob, and so are the parent's weights, by their sha256. */
export interface StoredModel {
  readonly record: ModelRecord;
  readonly head: z.infer<typeof JobHead>;
  readonly delta: string;
}

interface Row { readonly record: string; readonly head: string; readonly delta: string }
const stored = ({ record, head, delta }: Row): StoredModel => ({ record: fromJson(ModelRecord, record), head: fromJson(JobHead, head), delta });

export function insertModel(db: Database, { record, head, delta }: StoredModel): void {
  db.run('INSERT INTO model (id, run_id, record, head, delta) VALUES (?, ?, ?, ?, ?)', record.id, record.runId, JSON.stringify(record), JSON.stringify(head), delta);
}

export function model(db: Database, id: string): StoredModel {
  const row = db.get<Row>('SELECT record, head, delta FROM model WHERE id = ?', id);
  if (!row) throw new StudioError('not-found', 'model.none', { model: id }, 'This model is not in the project. See the list of models.');
  return stored(row);
}

/** Oldest first. */
export function models(db: Database): ModelRecord[] {
  return db.all<Row>('SELECT record, head, delta FROM model ORDER BY number').map((row) => stored(row).record);
}
