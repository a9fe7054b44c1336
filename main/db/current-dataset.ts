// The hash of a project's data as they are now, which every status tells: of ten thousand pictures only the lines that a change touched are written anew.
import { createHash } from 'node:crypto';
import { lastPatch } from './change-log.ts';
import { annotationsOf } from './annotations.ts';
import { byCodeUnit, datasetHead, pictureKey, pictureLine } from './dataset-manifest.ts';
import { datasetState } from './datasets.ts';
import { findImage } from './images.ts';
import type { Database } from './open.ts';
import { currentSplitId } from './splits.ts';

interface Written {
  readonly hash: string;
  readonly patch: number;
  readonly images: number;
  readonly splitId: string | null;
  readonly head: string;
  readonly classNames: ReadonlyMap<string, string>;
  readonly assignments: ReturnType<typeof datasetState>['assignments'];
  /** By picture id, in the order of the manifest. */
  readonly lines: readonly Line[];
}
interface Line { readonly id: string; readonly key: string; readonly line: string }

/** Characters of lines that are kept between two questions; the lines of many masks are longer and are written anew each time. */
const KEPT = 32e6;

const known = new WeakMap<Database, Written>();

/** Hash of the state with the current split, the same as `datasetHash(datasetState(db, splitId))`. */
export function currentDatasetHash(db: Database): string {
  const patch = lastPatch(db), splitId = currentSplitId(db);
  const images = db.get<{ images: number }>('SELECT count(*) AS images FROM image')?.images ?? 0;
  const last = known.get(db);
  // Pictures are only added, splits only made; all else that a version covers changes by patches.
  if (last && last.images === images && last.splitId === splitId) {
    if (last.patch === patch) return last.hash;
    const touched = touchedSince(db, last.patch);
    if (touched) return keep(db, { ...last, patch, lines: rewritten(db, last, touched) });
  }
  const state = datasetState(db, splitId);
  const classNames = new Map(state.classes.map(({ id, name }) => [id, name])), labels = Map.groupBy(state.annotations, ({ imageId }) => imageId);
  const lines = state.images.map((image) => {
    const line = pictureLine(image, labels.get(image.id) ?? [], state.assignments.get(image.id), classNames);
    return { id: image.id, key: pictureKey(image, line), line };
  });
  return keep(db, { patch, images, splitId, head: datasetHead(state), classNames, assignments: state.assignments, lines });
}

/** Pictures that later patches changed, or null when the classes themselves did, which every line may name. */
function touchedSince(db: Database, patch: number): ReadonlySet<string> | null {
  if (db.get(`SELECT 1 FROM change WHERE patch > ? AND "of" = 'class' LIMIT 1`, patch)) return null;
  const rows = db.all<{ id: string | null }>(
    `SELECT row_id AS id FROM change WHERE patch > ? AND "of" = 'image' UNION SELECT old ->> '$.imageId' FROM change WHERE patch > ? AND "of" = 'annotation'
     UNION SELECT new ->> '$.imageId' FROM change WHERE patch > ? AND "of" = 'annotation'`, patch, patch, patch);
  return new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
}

function rewritten(db: Database, { lines, assignments, classNames }: Written, touched: ReadonlySet<string>): Line[] {
  return lines.map((one) => {
    const image = touched.has(one.id) ? findImage(db, one.id) : null;
    if (image === null) return one;
    const line = pictureLine(image, annotationsOf(db, image.id), assignments.get(image.id), classNames);
    return { id: image.id, key: pictureKey(image, line), line };
  });
}

/** Puts the lines in order and remembers them. @returns their hash */
function keep(db: Database, state: Omit<Written, 'hash'>): string {
  const lines = state.lines.toSorted((a, b) => byCodeUnit(a.key, b.key));
  const hash = createHash('sha256').update(`${[state.head, ...lines.map(({ line }) => line)].join('\n')}\n`).digest('hex');
  if (lines.reduce((sum, { line }) => sum + line.length, 0) < KEPT) known.set(db, { ...state, lines, hash });
  else known.delete(db);
  return hash;
}
