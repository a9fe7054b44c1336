// Evaluations, and how often anybody has looked at the test partition.
import { EvaluationRecord } from '#contract/records.ts';
import { fromJson } from './json.ts';
import type { Database } from './open.ts';

export function insertEvaluation(db: Database, record: EvaluationRecord): void {
  db.run('INSERT INTO evaluation (id, model_id, partition, record) VALUES (?, ?, ?, ?)', record.id, record.modelId, record.partition, JSON.stringify(record));
}

/** Oldest first. @param modelId null: of all models */
export function evaluations(db: Database, modelId: string | null): EvaluationRecord[] {
  return db.all<{ record: string }>('SELECT record FROM evaluation WHERE model_id = coalesce(?, model_id) ORDER BY number', modelId).map(({ record }) => fromJson(EvaluationRecord, record));
}

/** Counts one more look. @returns how many there have been in this project, this one included */
export function countLook(db: Database, modelId: string, splitId: string): number {
  return db.transaction(() => {
    db.run('INSERT INTO look (at, model_id, split_id) VALUES (?, ?, ?)', new Date().toISOString(), modelId, splitId);
    return looks(db);
  });
}

export function looks(db: Database): number {
  return db.get<{ looks: number }>('SELECT count(*) AS looks FROM look')?.looks ?? 0;
}
