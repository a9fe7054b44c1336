// Classes: names and colours of what pictures can be. Patches and imports write them.
import type { ClassRecord } from '#contract/records.ts';
import type { Database } from './open.ts';

const columns = 'c.id, c.name, c.color, c.position AS "order"';

/** In the order of lists, which is also the order of a model's outputs. */
export function classes(db: Database): ClassRecord[] {
  return db.all(`SELECT ${columns} FROM class c ORDER BY c.position, c.name, c.id`);
}

export function findClass(db: Database, id: string): ClassRecord | null {
  return db.get<ClassRecord>(`SELECT ${columns} FROM class c WHERE c.id = ?`, id) ?? null;
}

/** How many pictures carry each class. */
export function classCounts(db: Database): (ClassRecord & { readonly count: number })[] {
  return db.all(`SELECT ${columns}, count(DISTINCT a.image_id) AS count FROM class c LEFT JOIN annotation a ON a.class_id = c.id GROUP BY c.id ORDER BY c.position, c.name, c.id`);
}

/** Annotations that name a class, which then cannot be removed. */
export function usesOfClass(db: Database, id: string): number {
  return db.get<{ uses: number }>('SELECT count(*) AS uses FROM annotation WHERE class_id = ?', id)?.uses ?? 0;
}

/** Sets what a class is now; null removes it. */
export function writeClass(db: Database, id: string, to: ClassRecord | null): void {
  if (to === null) db.run('DELETE FROM class WHERE id = ?', id);
  else db.run('INSERT INTO class (id, name, color, position) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, color = excluded.color, position = excluded.position', id, to.name, to.color, to.order);
}

/** A name that two classes have, or null. */
export function sharedClassName(db: Database): string | null {
  return db.get<{ name: string }>('SELECT name FROM class GROUP BY name HAVING count(*) > 1 ORDER BY name LIMIT 1')?.name ?? null;
}
