// Pairs of pictures that a split may not part: the same bytes, or nearly the same look.
import type { DuplicateRecord } from '#contract/records.ts';
import type { Database } from './open.ts';

export function insertDuplicate(db: Database, { imageId, ofImageId, kind, distance }: DuplicateRecord): void {
  db.run('INSERT INTO duplicate (image_id, of_image_id, kind, distance) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', imageId, ofImageId, kind, distance);
}

export function duplicates(db: Database): DuplicateRecord[] {
  return db.all('SELECT d.image_id AS imageId, d.of_image_id AS ofImageId, d.kind, d.distance FROM duplicate d JOIN image i ON i.id = d.image_id ORDER BY i.number');
}
