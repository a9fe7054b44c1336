// Jobs: long pieces of work, what they reported, and how they ended. Progress is not stored: it is told while it lasts.
import { ErrorRecord, StudioError } from '#contract/errors.ts';
import type { JobRecord } from '#contract/records.ts';
import { fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

type Row = Omit<JobRecord, 'progress' | 'error'> & { readonly error: string | null };
const columns = 'id, kind, status, subject_id AS subjectId, error';

const record = ({ error, ...rest }: Row): JobRecord => ({ ...rest, progress: null, error: fromNullableJson(ErrorRecord, error) });

export function insertJob(db: Database, { id, kind, status, subjectId }: Omit<JobRecord, 'progress' | 'error'>): void {
  db.run('INSERT INTO job (id, kind, status, subject_id, created_at) VALUES (?, ?, ?, ?, ?)', id, kind, status, subjectId, new Date().toISOString());
}

export function job(db: Database, id: string): JobRecord {
  const row = db.get<Row>(`SELECT ${columns} FROM job WHERE id = ?`, id);
  if (!row) throw new StudioError('not-found', 'job.none', { job: id }, 'This job is not in the project. See the list of jobs.');
  return record(row);
}

/** Oldest first. */
export function jobs(db: Database): JobRecord[] {
  return db.all<Row>(`SELECT ${columns} FROM job ORDER BY number`).map(record);
}

export function updateJob(db: Database, id: string, { status, error = null }: { readonly status: JobRecord['status']; readonly error?: ErrorRecord | null }): void {
  const ended = status === 'queued' || status === 'running' ? null : new Date().toISOString();
  db.run('UPDATE job SET status = ?, error = ?, ended_at = ? WHERE id = ?', status, toNullableJson(error), ended, id);
}

/** What a job found out, for whoever asks after its end. @param report plain data */
export function writeReport(db: Database, id: string, report: unknown): void {
  db.run('UPDATE job SET report = ? WHERE id = ?', JSON.stringify(report), id);
}

/** @returns null while there is none */
export function report(db: Database, id: string): unknown {
  const row = db.get<{ report: string | null }>('SELECT report FROM job WHERE id = ?', id);
  if (!row) throw new StudioError('not-found', 'job.none', { job: id }, 'This job is not in the project. See the list of jobs.');
  return row.report === null ? null : JSON.parse(row.report);
}

/** What all jobs of a kind found out, oldest first. */
export function reportsOf(db: Database, kind: JobRecord['kind']): unknown[] {
  return db.all<{ report: string }>('SELECT report FROM job WHERE kind = ? AND report IS NOT NULL ORDER BY number', kind).map(({ report: text }): unknown => JSON.parse(text));
}

/** What prediction jobs of models found out, oldest first. `at`: when each ended. */
export function proposalReports(db: Database): { readonly modelId: string; readonly at: string; readonly report: unknown }[] {
  return db.all<{ modelId: string; at: string; report: string }>(
    "SELECT subject_id AS modelId, ended_at AS at, report FROM job WHERE kind = 'predict' AND report IS NOT NULL AND subject_id IS NOT NULL AND ended_at IS NOT NULL ORDER BY number",
  ).map(({ report: text, ...rest }) => ({ ...rest, report: JSON.parse(text) as unknown }));
}

/** Jobs that a studio left behind when it ended: nobody works on them any more. */
export function interruptJobs(db: Database, at: string): void {
  db.run("UPDATE job SET status = 'interrupted', ended_at = ? WHERE status IN ('queued', 'running')", at);
}
