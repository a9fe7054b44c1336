// Annotations: classes given to pictures and to places in them. Patches and imports write them.
import type { AnnotationRecord } from '#contract/records.ts';
import { Geometry } from '#contract/geometry.ts';
import { fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

const columns = 'id, image_id AS imageId, class_id AS classId, geometry, source, reader, model_id AS modelId';

type Row = Omit<AnnotationRecord, 'geometry'> & { readonly geometry: string | null };

const record = ({ geometry, ...rest }: Row): AnnotationRecord => ({ ...rest, geometry: fromNullableJson(Geometry, geometry) });

export function findAnnotation(db: Database, id: string): AnnotationRecord | null {
  const row = db.get<Row>(`SELECT ${columns} FROM annotation WHERE id = ?`, id);
  return row ? record(row) : null;
}

export function annotationsOf(db: Database, imageId: string): AnnotationRecord[] {
  return db.all<Row>(`SELECT ${columns} FROM annotation WHERE image_id = ? ORDER BY number`, imageId).map(record);
}

/** Every annotation, in the order in which they came. */
export function annotations(db: Database): AnnotationRecord[] {
  return db.all<Row>(`SELECT ${columns} FROM annotation ORDER BY number`).map(record);
}

/** Sets what an annotation is now; null removes it. */
export function writeAnnotation(db: Database, id: string, to: AnnotationRecord | null): void {
  if (to === null) db.run('DELETE FROM annotation WHERE id = ?', id);
  else db.run(
    `INSERT INTO annotation (id, image_id, class_id, geometry, source, reader, model_id) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET image_id = excluded.image_id, class_id = excluded.class_id, geometry = excluded.geometry, source = excluded.source, reader = excluded.reader, model_id = excluded.model_id`,
    id, to.imageId, to.classId, toNullableJson(to.geometry), to.source, to.reader, to.modelId,
  );
}

/** A picture among those of `labels` to which one of their readers gave several classes as a whole, or null. */
export function labelledTwice(db: Database, labels: readonly Pick<AnnotationRecord, 'imageId' | 'reader'>[]): string | null {
  return db.get<{ imageId: string }>(
    `SELECT a.image_id AS imageId FROM (SELECT DISTINCT value ->> 0 AS image_id, value ->> 1 AS reader FROM json_each(?)) l
     JOIN annotation a ON a.image_id = l.image_id AND a.reader IS l.reader AND a.geometry IS NULL GROUP BY l.image_id, l.reader HAVING count(*) > 1 LIMIT 1`,
    JSON.stringify(labels.map(({ imageId, reader }) => [imageId, reader])),
  )?.imageId ?? null;
}
