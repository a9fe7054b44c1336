// What an import needs of the database: known pictures, and batches that are written whole, labels and record of changes included.
import { randomUUID } from 'node:crypto';
import type { Change } from '#contract/patch.ts';
import { ImageEdit } from '#contract/patch.ts';
import type { ClassRecord } from '#contract/records.ts';
import type { Completion, IntakeBatch, IntakeStore, StoredPicture } from '../intake/store.ts';
import { annotationsOf } from './annotations.ts';
import { classes } from './classes.ts';
import { insertDuplicate } from './duplicates.ts';
import { image, insertImage } from './images.ts';
import type { Database } from './open.ts';
import { writePatch } from './patches.ts';

export function intakeStore(db: Database): IntakeStore {
  return {
    picturesWithContent: (sha256) => db.all<StoredPicture>('SELECT id, path, sha256, subject, site, declared FROM image WHERE sha256 = ? ORDER BY number', sha256),
    * fingerprints() {
      // In pages: a statement that is being read would keep the connection from writing meanwhile.
      for (let after = 0, more = true; more;) {
        const page = db.all<{ number: number; id: string; path: string; fingerprint: string }>('SELECT number, id, path, fingerprint FROM image WHERE number > ? ORDER BY number LIMIT 1000', after);
        yield* page.map(({ id, path, fingerprint }) => ({ id, path, fingerprint }));
        after = page.at(-1)?.number ?? after;
        more = page.length > 0;
      }
    },
    marksOf(imageId) {
      const names = new Map(classes(db).map(({ id, name }) => [id, name]));
      return annotationsOf(db, imageId).map(({ classId, geometry }) => ({ className: names.get(classId) ?? '', geometry }));
    },
    classNames: () => classes(db).map(({ name }) => name),
    addClasses(names) {
      db.transaction(() => log(db, missingClasses(db, names).map(addition), 'Import of classes', null));
    },
    write: (batch) => db.transaction(() => writeBatch(db, batch)),
  };
}

function writeBatch(db: Database, { pictures, completions, duplicates, marks, reader }: IntakeBatch): void {
  for (const picture of pictures) insertImage(db, picture);
  for (const pair of duplicates) insertDuplicate(db, pair);
  const made = missingClasses(db, marks.map(({ className }) => className));
  const ids = new Map([...classes(db), ...made].map(({ id, name }) => [name, id]));
  const annotations = marks.map(({ imageId, className, geometry }): Change => {
    const id = randomUUID(), classId = ids.get(className);
    if (classId === undefined) throw new Error(`no class ${className}`);
    return { of: 'annotation', id, from: null, to: { id, imageId, classId, geometry, source: 'import', reader, modelId: null } };
  });
  const title = pictures.length > 0 ? `Import of ${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'}` : `Import of ${marks.length} ${marks.length === 1 ? 'label' : 'labels'}`;
  log(db, [...made.map(addition), ...completions.flatMap((one) => complete(db, one)), ...annotations], title, reader);
}

/** A picture gets facts that it did not have: those a person can change too go through the record of changes. */
function complete(db: Database, { imageId, subject, site, declared }: Completion): Change[] {
  if (declared !== null) db.run('UPDATE image SET declared = ? WHERE id = ?', declared, imageId);
  if (subject === null && site === null) return [];
  const from = ImageEdit.parse(image(db, imageId));
  return [{ of: 'image', id: imageId, from, to: { ...from, subject: subject ?? from.subject, site: site ?? from.site } }];
}

/** Those of the names that are no class yet, once each, as classes behind the ones that are. */
function missingClasses(db: Database, names: readonly string[]): ClassRecord[] {
  const known = classes(db);
  const next = Math.max(-1, ...known.map(({ order }) => order)) + 1;
  const missing = [...new Set(names)].filter((name) => !known.some((one) => one.name === name));
  return missing.map((name, i) => ({ id: randomUUID(), name, color: (next + i) % 10, order: next + i }));
}

const addition = (to: ClassRecord): Change => ({ of: 'class', id: to.id, from: null, to });

function log(db: Database, changes: Change[], title: string, reader: string | null): void {
  if (changes.length > 0) writePatch(db, { id: randomUUID(), title, changes }, reader);
}
