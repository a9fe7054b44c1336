// An import finds what is there and writes whole batches; what it changed stands in the record of changes.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { annotationsOf } from './annotations.ts';
import { patchesSince, verifyChanges } from './change-log.ts';
import { classes } from './classes.ts';
import { duplicates } from './duplicates.ts';
import { image, images } from './images.ts';
import { intakeStore } from './intake-store.ts';
import { imageRow, projectWith } from './testing/rows.ts';
import type { IntakeBatch } from '../intake/store.ts';

const { project: { db }, remove } = await projectWith([imageRow('known', { subject: 'S1' })]);
after(remove);
const store = intakeStore(db);
const batch = (changes: Partial<IntakeBatch>): IntakeBatch => ({ pictures: [], completions: [], duplicates: [], marks: [], reader: 'Dr A', ...changes });
const box = { shape: 'box', x1: 0, y1: 0, x2: 1, y2: 1 } as const;

test('a batch brings pictures, pairs, classes and labels together, and the record holds what a person could change', () => {
  const twin = imageRow('twin', { sha256: imageRow('known').sha256 });
  store.write(batch({
    pictures: [imageRow('new'), twin],
    completions: [{ imageId: 'known', subject: null, site: 'north', declared: 'test' }],
    duplicates: [{ imageId: 'twin', ofImageId: 'known', kind: 'exact', distance: 0 }],
    marks: [{ imageId: 'new', className: 'cat', geometry: null }, { imageId: 'twin', className: 'dog', geometry: box }, { imageId: 'known', className: 'cat', geometry: null }],
  }));
  assert.deepEqual(images(db).map(({ id }) => id), ['known', 'new', 'twin']);
  assert.deepEqual(classes(db).map(({ name, order }) => [name, order]), [['cat', 0], ['dog', 1]]);
  const known = image(db, 'known');
  assert.deepEqual([known.subject, known.site, known.declared], ['S1', 'north', 'test']);
  assert.equal(duplicates(db).length, 1);
  assert.deepEqual(annotationsOf(db, 'twin').map(({ geometry, source, reader }) => ({ geometry, source, reader })), [{ geometry: box, source: 'import', reader: 'Dr A' }]);
  assert.deepEqual(store.marksOf('twin'), [{ className: 'dog', geometry: box }]);
  assert.deepEqual(store.picturesWithContent(twin.sha256).map(({ id }) => id), ['known', 'twin']);
  const [{ patch, reader } = assert.fail('no patch')] = patchesSince(db, 0);
  assert.deepEqual([patch.title, reader, patch.changes.map(({ of }) => of).join()], ['Import of 2 pictures', 'Dr A', 'class,class,image,annotation,annotation,annotation']);
  assert.equal(verifyChanges(db).firstBad, null);
});

test('a batch that cannot be written leaves nothing behind', () => {
  assert.throws(() => store.write(batch({ pictures: [imageRow('other')], marks: [{ imageId: 'nowhere', className: 'bird', geometry: null }] })));
  assert.ok(!images(db).some(({ id }) => id === 'other'));
  assert.deepEqual(store.classNames(), ['cat', 'dog']);
});

test('classes are added once, in the order given, behind those that are there', () => {
  store.addClasses(['emu', 'cat', 'asp', 'emu']);
  assert.deepEqual(store.classNames(), ['cat', 'dog', 'emu', 'asp']);
});

test('fingerprints come in order of import, over more pictures than a page, while pictures are added', () => {
  store.write(batch({ pictures: Array.from({ length: 2300 }, (_, i) => imageRow(`many-${i}`)) }));
  const ids: string[] = [];
  for (const { id } of store.fingerprints()) {
    if (ids.length === 10) store.write(batch({ pictures: [imageRow('meanwhile')] }));
    ids.push(id);
  }
  assert.deepEqual(ids, images(db).map(({ id }) => id));
});
