// The one row about the project itself.
import type { ProjectEdit } from '#contract/patch.ts';
import type { ProjectRecord } from '#contract/records.ts';
import type { MaskKind } from '#contract/words.ts';
import type { Database } from './open.ts';

export type ProjectRow = Omit<ProjectRecord, 'folder' | 'readOnly'>;

export function insertProject(db: Database, { id, name, task, createdAt }: ProjectRow): void {
  db.run('INSERT INTO project (only, id, name, task, created_at) VALUES (1, ?, ?, ?, ?)', id, name, task, createdAt);
}

export function projectRow(db: Database): ProjectRow {
  const row = db.get<ProjectRow>('SELECT id, name, task, created_at AS createdAt FROM project');
  if (!row) throw new Error(`${db.file} has no row about its project`);
  return row;
}

/** What a person can change of the project; null when it has another id. */
export function findProjectEdit(db: Database, id: string): ProjectEdit | null {
  return db.get<ProjectEdit>('SELECT mask_kind AS maskKind FROM project WHERE id = ?', id) ?? null;
}

export function updateProject(db: Database, id: string, { maskKind }: ProjectEdit): void {
  db.run('UPDATE project SET mask_kind = ? WHERE id = ?', maskKind, id);
}

/** Masks that came with the data are of objects where a picture has several of one class, and of classes where none has. */
export function importedMaskKind(db: Database): MaskKind {
  const most = db.get<{ masks: number | null }>(
    `SELECT max(n) AS masks FROM (SELECT count(*) AS n FROM annotation WHERE source = 'import' AND geometry ->> 'shape' IN ('mask', 'polygon') GROUP BY image_id, class_id)`,
  )?.masks ?? null;
  return most === 1 ? 'areas' : 'objects';
}
