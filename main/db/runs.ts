// Runs: what was asked for, how it went, and where its document lies.
import { z } from 'zod';
import { ErrorRecord, StudioError } from '#contract/errors.ts';
import { EngineRecord } from '#contract/engines.ts';
import { ModelRecord, ParentModel, RunOptions, RunRecord } from '#contract/runs.ts';
import type { RunStatus } from '#contract/runs.ts';
import { fromJson, fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

const columns = `id, options, status, created_at AS createdAt, started_at AS startedAt, ended_at AS endedAt, dataset, split_id AS splitId, engine,
  model_id AS modelId, seconds, best, error, code_version AS codeVersion`;

type Row = Omit<RunRecord, 'options' | 'engine' | 'best' | 'error'> & { readonly options: string; readonly engine: string | null; readonly best: string | null; readonly error: string | null };

const record = ({ options, engine, best, error, ...rest }: Row): RunRecord => ({
  ...rest, options: fromJson(RunOptions, options), engine: fromNullableJson(EngineRecord, engine), best: fromNullableJson(RunRecord.shape.best, best), error: fromNullableJson(ErrorRecord, error),
});

/** What a run was started with besides its options, for its resumption and for the model that it makes. */
export interface RunOrigin {
  /** Blob of the job document, durable already. */
  readonly document: string;
  /** In the order of the model's outputs. */
  readonly classIds: readonly string[];
  readonly parent: ModelRecord['parent'];
  readonly parentModel: ModelRecord['parentModel'];
}

export function insertRun(db: Database, run: Pick<RunRecord, 'id' | 'options' | 'createdAt' | 'dataset' | 'splitId' | 'codeVersion'>, { document, classIds, parent, parentModel }: RunOrigin): void {
  db.run('INSERT INTO run (id, options, status, created_at, dataset, split_id, code_version, document, class_ids, parent, parent_model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    run.id, JSON.stringify(run.options), 'queued' satisfies RunStatus, run.createdAt, run.dataset, run.splitId, run.codeVersion, document, JSON.stringify(classIds), toNullableJson(parent), toNullableJson(parentModel));
}

export function run(db: Database, id: string): RunRecord {
  const row = db.get<Row>(`SELECT ${columns} FROM run WHERE id = ?`, id);
  if (!row) throw noRun(id);
  return record(row);
}

function noRun(id: string): StudioError {
  return new StudioError('not-found', 'run.none', { run: id }, 'This run is not in the project. See the list of runs.');
}

/** Oldest first. */
export function runs(db: Database): RunRecord[] {
  return db.all<Row>(`SELECT ${columns} FROM run ORDER BY number`).map(record);
}

export function runOrigin(db: Database, id: string): RunOrigin {
  const row = db.get<{ document: string; class_ids: string; parent: string | null; parent_model: string | null }>('SELECT document, class_ids, parent, parent_model FROM run WHERE id = ?', id);
  if (!row) throw noRun(id);
  return { document: row.document, classIds: fromJson(z.array(z.string()), row.class_ids), parent: fromNullableJson(ModelRecord.shape.parent, row.parent), parentModel: fromNullableJson(ParentModel, row.parent_model) };
}

/** Writes what has become known of a run. */
export function updateRun(db: Database, id: string, now: Partial<Pick<RunRecord, 'status' | 'startedAt' | 'endedAt' | 'engine' | 'modelId' | 'seconds' | 'best' | 'error'>>): void {
  const { status, startedAt, endedAt, engine, modelId, seconds, best, error } = { ...run(db, id), ...now };
  db.run('UPDATE run SET status = ?, started_at = ?, ended_at = ?, engine = ?, model_id = ?, seconds = ?, best = ?, error = ? WHERE id = ?',
    status, startedAt, endedAt, toNullableJson(engine), modelId, seconds, toNullableJson(best), toNullableJson(error), id);
}

/** Runs that a studio left behind when it ended: nobody works on them any more. */
export function interruptRuns(db: Database, at: string): void {
  db.run("UPDATE run SET status = 'interrupted', ended_at = ? WHERE status IN ('queued', 'running')", at);
}
