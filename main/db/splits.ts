// Splits: which picture is in which partition and fold. A new split is a new row; runs keep the one they were trained with.
import { StudioError } from '#contract/errors.ts';
import { SplitRecord } from '#contract/records.ts';
import type { Partition } from '#contract/records.ts';
import { fromJson } from './json.ts';
import type { Database } from './open.ts';

export interface Assignment { readonly imageId: string; readonly partition: Partition; readonly fold: number | null }

export function insertSplit(db: Database, record: SplitRecord, assignments: readonly Assignment[]): void {
  db.transaction(() => {
    db.run('INSERT INTO split (id, record) VALUES (?, ?)', record.id, JSON.stringify(record));
    for (const { imageId, partition, fold } of assignments) db.run('INSERT INTO assignment (split_id, image_id, partition, fold) VALUES (?, ?, ?, ?)', record.id, imageId, partition, fold);
  });
}

/** The split made last; null before the first. */
export function currentSplit(db: Database): SplitRecord | null {
  const row = db.get<{ record: string }>('SELECT record FROM split ORDER BY number DESC LIMIT 1');
  return row ? fromJson(SplitRecord, row.record) : null;
}

export function currentSplitId(db: Database): string | null {
  return db.get<{ id: string }>('SELECT id FROM split ORDER BY number DESC LIMIT 1')?.id ?? null;
}

export function splitById(db: Database, id: string): SplitRecord {
  const row = db.get<{ record: string }>('SELECT record FROM split WHERE id = ?', id);
  if (!row) throw new StudioError('not-found', 'split.none', { split: id }, 'This split is not in the project.');
  return fromJson(SplitRecord, row.record);
}

/** By picture id; empty for null, the time before the first split. */
export function assignmentsOf(db: Database, splitId: string | null): ReadonlyMap<string, Assignment> {
  const rows = db.all<Assignment>('SELECT image_id AS imageId, partition, fold FROM assignment WHERE split_id = ?', splitId);
  return new Map(rows.map((row) => [row.imageId, row]));
}

/** Pictures per partition of the current split as it is now, excluded ones left out; null before the first split. */
export function partitionCounts(db: Database): Record<Partition, number> | null {
  const id = currentSplitId(db);
  if (id === null) return null;
  // Few pictures are excluded: looking each of ten thousand up would take longer than all the rest.
  const counted = 'SELECT partition, count(*) AS images FROM assignment WHERE split_id = ?';
  const all = db.all<{ partition: Partition; images: number }>(`${counted} GROUP BY partition`, id);
  const without = db.all<{ partition: Partition; images: number }>(`${counted} AND image_id IN (SELECT id FROM image WHERE excluded = 1) GROUP BY partition`, id);
  const of = (rows: typeof all, partition: Partition) => rows.find((row) => row.partition === partition)?.images ?? 0;
  const count = (partition: Partition) => of(all, partition) - of(without, partition);
  return { train: count('train'), validation: count('validation'), test: count('test') };
}
