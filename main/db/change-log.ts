// The record of every change: who, when, old, new. Appended to only; each row holds the hash of the one before.
import { hash as digest } from 'node:crypto';
import type { Change, Patch } from '#contract/patch.ts';
import { Change as ChangeSchema } from '#contract/patch.ts';
import { canonicalJson } from './canonical.ts';
import type { Database } from './open.ts';

export interface PatchHead { readonly sequence: number; readonly id: string; readonly title: string; readonly at: string; readonly reader: string | null }
interface ChangeRow { readonly sequence: number; readonly patch: number; readonly of: Change['of']; readonly row_id: string; readonly old: string; readonly new: string; readonly previous: string; readonly hash: string }

/** sha256 over the row before, the patch it belongs to, and what changed. */
function hashOf(previous: string, { sequence, id, title, at, reader }: PatchHead, row: Pick<ChangeRow, 'sequence' | 'of' | 'row_id' | 'old' | 'new'>): string {
  return digest('sha256', JSON.stringify([previous, sequence, id, title, at, reader, row.sequence, row.of, row.row_id, row.old, row.new]));
}

/**
 * Writes a patch behind the last one. Call inside the transaction that changes the rows.
 * @returns its sequence number, counted from 1
 */
export function appendPatch(db: Database, patch: Patch, at: string, reader: string | null): number {
  const last = db.get<{ sequence: number }>('SELECT coalesce(max(sequence), 0) AS sequence FROM patch');
  const head: PatchHead = { sequence: (last?.sequence ?? 0) + 1, id: patch.id, title: patch.title, at, reader };
  db.run('INSERT INTO patch (sequence, id, title, at, reader) VALUES (?, ?, ?, ?, ?)', head.sequence, head.id, head.title, at, reader);
  let { sequence, hash } = db.get<{ sequence: number; hash: string }>('SELECT sequence, hash FROM change_head') ?? { sequence: 0, hash: '' };
  for (const change of patch.changes) {
    const row = { sequence: ++sequence, of: change.of, row_id: change.id, old: canonicalJson(change.from), new: canonicalJson(change.to) };
    const previous = hash;
    hash = hashOf(previous, head, row);
    db.run('INSERT INTO change (sequence, patch, "of", row_id, old, new, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', row.sequence, head.sequence, row.of, row.row_id, row.old, row.new, previous, hash);
  }
  db.run('UPDATE change_head SET sequence = ?, hash = ?', sequence, hash);
  return head.sequence;
}

/** Number of the last patch; 0 before the first. */
export function lastPatch(db: Database): number {
  return db.get<{ sequence: number }>('SELECT coalesce(max(sequence), 0) AS sequence FROM patch')?.sequence ?? 0;
}

export function findPatch(db: Database, id: string): PatchHead | null {
  return db.get<PatchHead>('SELECT sequence, id, title, at, reader FROM patch WHERE id = ?', id) ?? null;
}

export function changesOf(db: Database, patch: number): Change[] {
  return db.all<ChangeRow>('SELECT * FROM change WHERE patch = ? ORDER BY sequence', patch)
    .map((row) => ChangeSchema.parse({ of: row.of, id: row.row_id, from: JSON.parse(row.old), to: JSON.parse(row.new) }));
}

/** When the annotations of each picture were last changed, of the pictures where that was after an instant. */
export function lastAnnotated(db: Database, after: string): ReadonlyMap<string, string> {
  const rows = db.all<{ imageId: string; at: string }>(
    `SELECT coalesce(c.new ->> '$.imageId', c.old ->> '$.imageId') AS imageId, max(p.at) AS at FROM patch p JOIN change c ON c.patch = p.sequence
     WHERE p.at > ? AND c."of" = 'annotation' GROUP BY 1`, after);
  return new Map(rows.map(({ imageId, at }) => [imageId, at]));
}

export function patchesSince(db: Database, sequence: number): { sequence: number; at: string; reader: string | null; patch: Patch }[] {
  return db.all<PatchHead>('SELECT sequence, id, title, at, reader FROM patch WHERE sequence > ? ORDER BY sequence', sequence)
    .map((head) => ({ sequence: head.sequence, at: head.at, reader: head.reader, patch: { id: head.id, title: head.title, changes: changesOf(db, head.sequence) } }));
}

/**
 * Follows the chain from the first row to the last.
 * @returns firstBad: sequence number of the first row that was edited, moved, added or is missing; null when the record is whole
 */
export function verifyChanges(db: Database): { readonly rows: number; readonly firstBad: number | null } {
  let rows = 0, previous = '', patch = 0;
  for (const row of db.each<ChangeRow & PatchHead & { readonly change: number }>(
    `SELECT c.sequence AS change, c."of", c.row_id, c.old, c.new, c.previous, c.hash, p.sequence, p.id, p.title, p.at, p.reader
     FROM change c LEFT JOIN patch p ON p.sequence = c.patch ORDER BY c.sequence`)) {
    rows++;
    const next = row.sequence === patch || row.sequence === patch + 1;
    if (row.change !== rows || !next || row.previous !== previous || row.hash !== hashOf(previous, row, { ...row, sequence: row.change })) return { rows, firstBad: rows };
    previous = row.hash;
    patch = row.sequence;
  }
  const head = db.get<{ sequence: number; hash: string }>('SELECT sequence, hash FROM change_head');
  const whole = head?.sequence === rows && head.hash === previous && lastPatch(db) === patch;
  return { rows, firstBad: whole ? null : rows + 1 };
}
