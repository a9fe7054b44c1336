// Models: what a run made, kept as the tensors that differ from its pretrained parent.
import { StudioError } from '#contract/errors.ts';
import { JobHead } from '#contract/jobs.ts';
import { ModelRecord } from '#contract/records.ts';
import type { z } from 'zod';
import { fromJson } from './json.ts';
import type { Database } from './open.ts';

/** A model with what jobs need to run it; `delta` and `parent` are blobs. */
export interface StoredModel {
  readonly record: ModelRecord;
  readonly head: z.infer<typeof JobHead>;
  readonly delta: string;
  readonly parent: string | null;
}

interface Row { readonly record: string; readonly head: string; readonly delta: string; readonly parent: string | null }
const stored = ({ record, head, delta, parent }: Row): StoredModel => ({ record: fromJson(ModelRecord, record), head: fromJson(JobHead, head), delta, parent });

export function insertModel(db: Database, { record, head, delta, parent }: StoredModel): void {
  db.run('INSERT INTO model (id, run_id, record, head, delta, parent) VALUES (?, ?, ?, ?, ?, ?)', record.id, record.runId, JSON.stringify(record), JSON.stringify(head), delta, parent);
}

export function model(db: Database, id: string): StoredModel {
  const row = db.get<Row>('SELECT record, head, delta, parent FROM model WHERE id = ?', id);
  if (!row) throw new StudioError('not-found', 'model.none', { model: id }, 'This model is not in the project. See the list of models.');
  return stored(row);
}

/** Oldest first. */
export function models(db: Database): ModelRecord[] {
  return db.all<Row>('SELECT record, head, delta, parent FROM model ORDER BY number').map((row) => stored(row).record);
}
