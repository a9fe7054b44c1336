// Pictures: added by imports, edited by patches, never removed.
import { StudioError } from '#contract/errors.ts';
import type { ImageFilter, ImageRow, ProjectStatus } from '#contract/overview.ts';
import type { ImageEdit } from '#contract/patch.ts';
import type { ImageRecord, Partition } from '#contract/records.ts';
import { annotationsOf } from './annotations.ts';
import { currentSplitId } from './splits.ts';
import type { Database, Value } from './open.ts';

const columns = `i.id, i.path, i.sha256, i.bytes, i.format, i.width, i.height, i.channels, i.bit_depth AS bitDepth, i.frame,
  i.row_spacing AS rowSpacing, i.column_spacing AS columnSpacing, i.fingerprint, i.subject, i.site, i.declared, i.status, i.excluded`;

type Row = Omit<ImageRecord, 'pixelSpacing' | 'excluded'> & { readonly rowSpacing: number | null; readonly columnSpacing: number | null; readonly excluded: 0 | 1 };

function record({ rowSpacing, columnSpacing, excluded, ...rest }: Row): ImageRecord {
  return { ...rest, pixelSpacing: rowSpacing === null || columnSpacing === null ? null : [rowSpacing, columnSpacing], excluded: excluded === 1 };
}

export function insertImage(db: Database, image: ImageRecord): void {
  db.run(
    `INSERT INTO image (id, path, sha256, bytes, format, width, height, channels, bit_depth, frame, row_spacing, column_spacing, fingerprint, subject, site, declared, status, excluded)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    image.id, image.path, image.sha256, image.bytes, image.format, image.width, image.height, image.channels, image.bitDepth, image.frame,
    image.pixelSpacing?.[0] ?? null, image.pixelSpacing?.[1] ?? null, image.fingerprint, image.subject, image.site, image.declared, image.status, image.excluded ? 1 : 0,
  );
}

/** @returns null when there is no such picture */
export function findImage(db: Database, id: string): ImageRecord | null {
  const row = db.get<Row>(`SELECT ${columns} FROM image i WHERE i.id = ?`, id);
  return row ? record(row) : null;
}

/** The first of these ids that is no picture's, or null. */
export function missingImage(db: Database, ids: readonly string[]): string | null {
  return db.get<{ id: string }>('SELECT j.value AS id FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM image i WHERE i.id = j.value) LIMIT 1', JSON.stringify(ids))?.id ?? null;
}

export function image(db: Database, id: string): ImageRecord {
  const found = findImage(db, id);
  if (!found) throw new StudioError('not-found', 'image.none', { image: id }, 'This picture is not in the project. Reload the list of pictures.');
  return found;
}

/** Every picture, in order of import. */
export function images(db: Database): ImageRecord[] {
  return db.all<Row>(`SELECT ${columns} FROM image i ORDER BY i.number`).map(record);
}

export function updateImage(db: Database, id: string, { subject, site, status, excluded }: ImageEdit): void {
  db.run('UPDATE image SET subject = ?, site = ?, status = ?, excluded = ? WHERE id = ?', subject, site, status, excluded ? 1 : 0, id);
}

/** Ids of the pictures that a filter lets through, in order of import. */
export function imageIds(db: Database, filter: ImageFilter): string[] {
  const where: string[] = [], values: Value[] = [];
  const add = (condition: string, ...bound: Value[]) => { where.push(condition); values.push(...bound); };
  const annotated = 'EXISTS (SELECT 1 FROM annotation a WHERE a.image_id = i.id';
  if (filter.label === 'labelled') add(`${annotated})`);
  else if (filter.label === 'unlabelled') add(`NOT ${annotated})`);
  else if (filter.label !== 'any') add(`${annotated} AND a.class_id = ?)`, filter.label.classId);
  if (filter.status !== null) add('i.status = ?', filter.status);
  if (filter.subject !== null) add('i.subject = ?', filter.subject);
  if (filter.site !== null) add('i.site = ?', filter.site);
  if (filter.partition !== null) add('EXISTS (SELECT 1 FROM assignment s WHERE s.image_id = i.id AND s.split_id = ? AND s.partition = ?)', currentSplitId(db), filter.partition);
  if (filter.duplicated) add('EXISTS (SELECT 1 FROM duplicate d WHERE d.image_id = i.id OR d.of_image_id = i.id)');
  if (filter.excluded !== null) add('i.excluded = ?', filter.excluded ? 1 : 0);
  if (filter.text !== '') add('instr(casefold(i.path), casefold(?)) > 0', filter.text);
  return db.all<{ id: string }>(`SELECT i.id FROM image i ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY i.number`, ...values).map(({ id }) => id);
}

/** Pictures with what hangs on them, in the order asked for; ids that are not there are left out. */
export function imageRows(db: Database, ids: readonly string[]): ImageRow[] {
  const split = currentSplitId(db);
  return ids.flatMap((id) => {
    const found = findImage(db, id);
    if (!found) return [];
    const partition = db.get<{ partition: Partition }>('SELECT partition FROM assignment WHERE split_id = ? AND image_id = ?', split, id)?.partition ?? null;
    return [{ image: found, annotations: annotationsOf(db, id), partition }];
  });
}

export function subjects(db: Database): { subject: string; images: number }[] {
  return db.all('SELECT subject, count(*) AS images FROM image WHERE subject IS NOT NULL GROUP BY subject ORDER BY subject');
}

/** Counts for the status of a project. A picture is labelled when it has any annotation; unsure and skipped ones have none. */
export function imageCounts(db: Database): Pick<ProjectStatus, 'images' | 'labelled' | 'unsure' | 'skipped' | 'excluded' | 'duplicated' | 'boxes' | 'subjects' | 'sites'> {
  const counts = db.get<Omit<ProjectStatus, 'sites'>>(
    `SELECT count(*) AS images, count(l.image_id) AS labelled, (SELECT count(DISTINCT subject) FROM image) AS subjects, coalesce(sum(i.excluded), 0) AS excluded,
       count(*) FILTER (WHERE i.status = 'unsure' AND l.image_id IS NULL) AS unsure, count(*) FILTER (WHERE i.status = 'skipped' AND l.image_id IS NULL) AS skipped,
       (SELECT count(*) FROM (SELECT image_id FROM duplicate UNION SELECT of_image_id FROM duplicate)) AS duplicated,
       (SELECT count(*) FROM annotation WHERE geometry IS NOT NULL) AS boxes
     FROM image i LEFT JOIN (SELECT DISTINCT image_id FROM annotation) l ON l.image_id = i.id`);
  if (!counts) throw new Error('an aggregate gave no row');
  const sites = db.all<{ site: string }>('SELECT DISTINCT site FROM image WHERE site IS NOT NULL ORDER BY site').map(({ site }) => site);
  return { ...counts, sites };
}
