// Patches are all or nothing, refuse what is no longer true, can be taken back, and leave a record that cannot be changed unnoticed.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import { inverse } from '#contract/patch.ts';
import type { Change, Patch } from '#contract/patch.ts';
import { annotations, annotationsOf } from './annotations.ts';
import { lastPatch, patchesSince, verifyChanges } from './change-log.ts';
import { classes } from './classes.ts';
import type { Project } from './folder.ts';
import { image, images } from './images.ts';
import { connect } from './open.ts';
import { applyPatch } from './patches.ts';
import { findProjectEdit, importedMaskKind } from './project-row.ts';
import { annotationRow, classRow, imageRow, projectWith } from './testing/rows.ts';

const cleanups: (() => void)[] = [];
after(() => cleanups.forEach((clean) => clean()));
let patches = 0;
const patch = (...changes: Change[]): Patch => ({ id: `patch-${patches++}`, title: 'a step', changes });
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;
const addClass = (id: string, order: number, name = id): Change => ({ of: 'class', id, from: null, to: classRow(id, order, name) });
const label = (id: string, imageId: string, classId: string): Change => ({ of: 'annotation', id, from: null, to: annotationRow(id, imageId, classId) });
const edit = { subject: null, site: null, status: 'open', excluded: false } as const;

async function fresh(): Promise<Project> {
  const { project, remove } = await projectWith([imageRow('i1'), imageRow('i2'), imageRow('i3')]);
  cleanups.push(remove);
  applyPatch(project.db, patch(addClass('benign', 0), addClass('malignant', 1)), 'classification', 'Dr A');
  return project;
}
const apply = (project: Project, change: Patch, reader: string | null = null) => applyPatch(project.db, change, 'classification', reader);
const state = ({ db }: Project) => ({ images: images(db), classes: classes(db), annotations: annotations(db).map((a) => JSON.stringify(a)).sort() });

test('what masks are is chosen for the project by a patch, taken back by its inverse, and refused for another project', async () => {
  const project = await fresh(), { id } = project.record, kind = () => findProjectEdit(project.db, id)?.maskKind;
  const chosen = patch({ of: 'project', id, from: { maskKind: null }, to: { maskKind: 'areas' } });
  apply(project, chosen);
  assert.equal(kind(), 'areas');
  assert.throws(() => apply(project, patch({ of: 'project', id, from: { maskKind: null }, to: { maskKind: 'objects' } })), is('conflict', 'patch.conflict'));
  assert.throws(() => apply(project, patch({ of: 'project', id: 'other', from: { maskKind: null }, to: { maskKind: 'objects' } })), is('not-found', 'patch.other-project'));
  apply(project, inverse(chosen, 'taken-back'));
  assert.equal(kind(), null);
  assert.equal(verifyChanges(project.db).firstBad, null);
});

test('imported masks are of classes where no picture has two of one class, of objects otherwise', async () => {
  const project = await fresh(), { db } = project;
  const mask = (id: string, imageId: string, classId: string): Change => ({ of: 'annotation', id, from: null, to: { ...annotationRow(id, imageId, classId), source: 'import', geometry: { shape: 'mask', width: 2, height: 1, runs: [0, 1, 1] } } });
  assert.equal(importedMaskKind(db), 'objects');
  apply(project, patch(mask('m1', 'i1', 'benign'), mask('m2', 'i1', 'malignant'), mask('m3', 'i2', 'benign')));
  assert.equal(importedMaskKind(db), 'areas');
  apply(project, patch(mask('m4', 'i2', 'benign')));
  assert.equal(importedMaskKind(db), 'objects');
});

test('a patch changes pictures, classes and annotations together and answers with its number', async () => {
  const project = await fresh();
  const { sequence } = apply(project, patch(label('a1', 'i1', 'benign'), { of: 'image', id: 'i2', from: edit, to: { ...edit, subject: 'S7', status: 'unsure' } }));
  assert.equal(sequence, 2);
  assert.deepEqual(annotationsOf(project.db, 'i1'), [annotationRow('a1', 'i1', 'benign')]);
  assert.deepEqual([image(project.db, 'i2').subject, image(project.db, 'i2').status], ['S7', 'unsure']);
});

test('a row that is no longer what the patch says is named, and nothing of the patch is kept', async () => {
  const project = await fresh();
  apply(project, patch(label('a1', 'i1', 'benign')));
  const before = state(project);
  const stale = patch(label('a2', 'i2', 'benign'), { of: 'annotation', id: 'a1', from: annotationRow('a1', 'i1', 'malignant'), to: null });
  assert.throws(() => apply(project, stale), (error) => is('conflict', 'patch.conflict')(error) && error instanceof StudioError && error.params['id'] === 'a1' && /i1\.png/.test(error.message));
  assert.deepEqual(state(project), before);
  assert.equal(lastPatch(project.db), 2);
});

test('the same patch sent twice is applied once; another one under its name is a conflict', async () => {
  const project = await fresh();
  const first = patch(label('a1', 'i1', 'benign'));
  assert.deepEqual(apply(project, first), { sequence: 2, again: false });
  assert.deepEqual(apply(project, first), { sequence: 2, again: true });
  assert.throws(() => apply(project, { ...patch(label('a2', 'i2', 'benign')), id: first.id }), is('conflict', 'patch.id-used'));
});

test('a class goes only together with its annotations, in any order', async () => {
  const project = await fresh();
  apply(project, patch(label('a1', 'i1', 'benign')));
  const removal: Change = { of: 'class', id: 'benign', from: classRow('benign', 0), to: null };
  const unlabel: Change = { of: 'annotation', id: 'a1', from: annotationRow('a1', 'i1', 'benign'), to: null };
  assert.throws(() => apply(project, patch(removal)), (error) => is('refused', 'class.in-use')(error) && error instanceof StudioError && error.params['uses'] === 1);
  const both = patch(removal, unlabel);
  apply(project, both);
  assert.deepEqual(classes(project.db).map(({ id }) => id), ['malignant']);
  apply(project, inverse(both, 'undo-both'));
  assert.deepEqual(annotationsOf(project.db, 'i1').map(({ classId }) => classId), ['benign']);
});

test('what cannot be is refused: second class of a picture, two classes of one name, unknown pictures and classes, mixed ids', async () => {
  const project = await fresh();
  apply(project, patch(label('a1', 'i1', 'benign')));
  const before = state(project);
  const refused: readonly (readonly [Change, string, string])[] = [
    [label('a2', 'i1', 'malignant'), 'refused', 'annotation.second-class'],
    [addClass('c3', 2, 'benign'), 'conflict', 'class.same-name'],
    [label('a2', 'nowhere', 'benign'), 'not-found', 'image.none'],
    [label('a2', 'i2', 'nothing'), 'not-found', 'class.none'],
    [{ of: 'image', id: 'nowhere', from: edit, to: edit }, 'not-found', 'image.none'],
    [{ of: 'class', id: 'c3', from: null, to: classRow('c4', 2) }, 'invalid', 'patch.id'],
  ];
  for (const [change, code, key] of refused) assert.throws(() => apply(project, patch(change)), is(code, key), key);
  assert.deepEqual(state(project), before);
  assert.equal(apply(project, patch({ of: 'annotation', id: 'a2', from: null, to: annotationRow('a2', 'i1', 'malignant', { reader: 'Dr B' }) })).again, false, 'a second reader may differ');
});

test('two classes can swap their names in one patch', async () => {
  const project = await fresh();
  apply(project, patch(
    { of: 'class', id: 'benign', from: classRow('benign', 0), to: classRow('benign', 0, 'malignant') },
    { of: 'class', id: 'malignant', from: classRow('malignant', 1), to: classRow('malignant', 1, 'benign') },
  ));
  assert.deepEqual(classes(project.db).map(({ name }) => name), ['malignant', 'benign']);
});

test('whatever a person does, taking the steps back in reverse order restores every row, and the record stays whole', async () => {
  const project = await fresh();
  const step = fc.record({ image: fc.constantFrom('i1', 'i2', 'i3'), to: fc.constantFrom('benign', 'malignant', 'unsure', 'subject', 'none') });
  await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }), async (history) => {
    const before = state(project);
    const done: Patch[] = [];
    for (const steps of history) {
      const changes = new Map<string, Change>();
      for (const { image: id, to } of steps) {
        const { subject, site, status, excluded } = image(project.db, id);
        const from = annotationsOf(project.db, id)[0] ?? null;
        if (to === 'unsure' || to === 'subject') changes.set(`i${id}`, { of: 'image', id, from: { subject, site, status, excluded }, to: { subject: to === 'subject' ? `S${done.length}` : subject, site, status: to === 'unsure' ? 'unsure' : 'open', excluded } });
        else if (to === 'none' && from === null) continue;
        else changes.set(`a${id}`, { of: 'annotation', id: `label-${id}`, from, to: to === 'none' ? null : annotationRow(`label-${id}`, id, to) });
      }
      if (changes.size === 0) continue;
      const one = patch(...changes.values());
      apply(project, one);
      done.push(one);
    }
    for (const one of done.reverse()) apply(project, inverse(one, `undo-${one.id}`));
    assert.deepEqual(state(project), before);
    assert.equal(verifyChanges(project.db).firstBad, null);
  }), { numRuns: 15 });
});

test('changes after a number come back in order, as they were made', async () => {
  const project = await fresh();
  const [first, second] = [patch(label('a1', 'i1', 'benign')), patch(label('a2', 'i2', 'malignant'), { of: 'image', id: 'i3', from: edit, to: { ...edit, site: "Ward 'B'; DROP TABLE image;--" } })];
  apply(project, first, 'Dr A');
  apply(project, second);
  const since = patchesSince(project.db, 1);
  assert.deepEqual(since.map(({ sequence, reader, patch: made }) => ({ sequence, reader, made })), [{ sequence: 2, reader: 'Dr A', made: first }, { sequence: 3, reader: null, made: second }]);
  assert.deepEqual(patchesSince(project.db, 3), []);
});

test('the record of changes cannot be edited or shortened through the studio\'s own connection', async () => {
  const { db } = await fresh();
  assert.throws(() => db.run("UPDATE change SET new = 'null'"), /never changed/);
  assert.throws(() => db.run('DELETE FROM change'), /never deleted/);
  assert.throws(() => db.run("UPDATE patch SET reader = 'Dr X'"), /never changed/);
});

test('an edit behind the studio\'s back is found, and the first bad row is named', async (t) => {
  const tampering: readonly (readonly [string, string, number])[] = [
    ['a class given to another picture', `UPDATE change SET new = replace(new, 'benign', 'malignant') WHERE sequence = 4`, 4],
    ['another reader', `UPDATE patch SET reader = 'Dr X' WHERE sequence = 2`, 3],
    ['an earlier time', `UPDATE patch SET at = '2001-01-01T00:00:00.000Z' WHERE sequence = 3`, 4],
    ['a row taken out', `DELETE FROM change WHERE sequence = 3`, 3],
    ['the last row taken out', `DELETE FROM change WHERE sequence = 5`, 5],
    ['the last patch taken out', `DELETE FROM change WHERE patch = 4; DELETE FROM patch WHERE sequence = 4`, 5],
    ['two rows in another order', `UPDATE change SET sequence = 99 WHERE sequence = 3; UPDATE change SET sequence = 3 WHERE sequence = 4; UPDATE change SET sequence = 4 WHERE sequence = 99`, 3],
  ];
  for (const [name, sql, firstBad] of tampering) {
    await t.test(name, async () => {
      const project = await fresh();
      for (const [i, id] of ['i1', 'i2', 'i3'].entries()) apply(project, patch(label(`a${i}`, id, 'benign')), 'Dr A');
      assert.deepEqual(verifyChanges(project.db), { rows: 5, firstBad: null });
      const intruder = connect(project.db.file);
      intruder.script(`PRAGMA foreign_keys = OFF; DROP TRIGGER patch_stays; DROP TRIGGER patch_is_kept; DROP TRIGGER change_stays; DROP TRIGGER change_is_kept; ${sql};`);
      intruder.close();
      assert.equal(verifyChanges(project.db).firstBad, firstBad);
    });
  }
});
