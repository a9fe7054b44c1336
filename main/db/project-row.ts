// The one row about the project itself.
import type { ProjectRecord } from '#contract/records.ts';
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
