// Comparisons: what each stands on, and every unit of work that is done, so that one that was cut off goes on from there.
import { z } from 'zod';
import { ArmRecord, ComparisonOptions, ComparisonRecord, UnitRecord } from '#contract/comparison.ts';
import { StudioError } from '#contract/errors.ts';
import { Seed } from '#contract/records.ts';
import { fromJson, fromNullableJson, toNullableJson } from './json.ts';
import type { Database } from './open.ts';

/** What does not change once a comparison has begun. */
export const ComparisonBasis = z.object({
  options: ComparisonOptions,
  dataset: z.string(),
  classes: z.array(z.string()),
  arms: z.array(ArmRecord),
  images: z.array(z.object({ id: z.string(), sha256: z.string(), group: z.string(), reference: z.number().int(), fold: z.number().int() })),
  seeds: z.array(Seed),
});
export type ComparisonBasis = z.infer<typeof ComparisonBasis>;

/** The part of a record that is computed from the units, kept so that lists are quick. */
export const ComparisonFigures = ComparisonRecord.pick({ arms: true, verdict: true });
export type ComparisonFigures = z.infer<typeof ComparisonFigures>;

export interface StoredComparison {
  readonly id: string;
  readonly createdAt: string;
  readonly basis: ComparisonBasis;
  readonly figures: ComparisonFigures | null;
  readonly unitsDone: number;
  /** Of work, over all units. */
  readonly seconds: number;
}

interface Row { readonly id: string; readonly createdAt: string; readonly basis: string; readonly figures: string | null; readonly unitsDone: number; readonly seconds: number }
const columns = `c.id, c.created_at AS createdAt, c.basis, c.figures,
  (SELECT count(*) FROM comparison_unit u WHERE u.comparison_id = c.id) AS unitsDone,
  (SELECT coalesce(sum(json_extract(u.record, '$.seconds')), 0.0) FROM comparison_unit u WHERE u.comparison_id = c.id) AS seconds`;
const stored = ({ basis, figures, ...rest }: Row): StoredComparison => ({ ...rest, basis: fromJson(ComparisonBasis, basis), figures: fromNullableJson(ComparisonFigures, figures) });

export function insertComparison(db: Database, id: string, createdAt: string, basis: ComparisonBasis): void {
  db.run('INSERT INTO comparison (id, created_at, basis) VALUES (?, ?, ?)', id, createdAt, JSON.stringify(basis));
}

export function comparison(db: Database, id: string): StoredComparison {
  const row = db.get<Row>(`SELECT ${columns} FROM comparison c WHERE c.id = ?`, id);
  if (!row) throw new StudioError('not-found', 'comparison.none', { comparison: id }, 'This comparison is not in the project. See the list of comparisons.');
  return stored(row);
}

/** Oldest first. */
export function comparisons(db: Database): StoredComparison[] {
  return db.all<Row>(`SELECT ${columns} FROM comparison c ORDER BY c.number`).map(stored);
}

/** Keeps a unit. One that failed before is replaced. */
export function insertUnit(db: Database, comparisonId: string, unit: UnitRecord): void {
  db.run('INSERT INTO comparison_unit (comparison_id, arm, fold, seed, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record', comparisonId, unit.arm, unit.fold, unit.seed, JSON.stringify(unit));
}

export function unitsOf(db: Database, comparisonId: string): UnitRecord[] {
  return db.all<{ record: string }>('SELECT record FROM comparison_unit WHERE comparison_id = ? ORDER BY arm, fold, seed', comparisonId).map(({ record }) => fromJson(UnitRecord, record));
}

export function keepFigures(db: Database, comparisonId: string, figures: ComparisonFigures | null): void {
  db.run('UPDATE comparison SET figures = ? WHERE id = ?', toNullableJson(figures), comparisonId);
}
