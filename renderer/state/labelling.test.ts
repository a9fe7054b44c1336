// The meaning of label keys, checked by undoing them: every change must be taken back by its inverse.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ImageRow } from '../../main/contract/overview.ts';
import { inverse } from '../../main/contract/patch.ts';
import type { Change } from '../../main/contract/patch.ts';
import type { AnnotationRecord } from '../../main/contract/records.ts';
import { changeRow, changesByImage } from './apply-patch.ts';
import { acceptClasses, editChange, setClass, setStatus, toggleClass, wholeLabels } from './labelling.ts';

let made = 0;
const labelling = { reader: 'reader 1', source: 'person', modelId: null, newId: () => `new-${++made}` } as const;
const accepted = { ...labelling, source: 'accepted', modelId: 'm' } as const;
const box = { shape: 'box', x1: 0, y1: 0, x2: 4, y2: 4 } as const;

const annotation = fc.record({ classId: fc.constantFrom('a', 'b', 'c'), geometry: fc.constantFrom(null, box) });
const rows: fc.Arbitrary<ImageRow> = fc.record({
  status: fc.constantFrom('open', 'unsure', 'skipped'),
  annotations: fc.array(annotation, { maxLength: 4 }),
}).map(({ status, annotations }) => ({
  image: { id: 'i', path: 'p', sha256: '0'.repeat(64), bytes: 1, format: 'png', width: 8, height: 8, channels: 3, bitDepth: 8, frame: 0, pixelSpacing: null, fingerprint: '0'.repeat(16), subject: null, site: null, declared: null, status, excluded: false },
  annotations: annotations.map(({ classId, geometry }, index): AnnotationRecord => ({ id: `old-${index}`, imageId: 'i', classId, geometry, source: 'import', reader: null, modelId: null })),
  partition: null,
} satisfies ImageRow));

const after = changeRow;
const sorted = (row: ImageRow) => ({ ...row, annotations: [...row.annotations].sort((a, b) => a.id.localeCompare(b.id)) });

const acts: Readonly<Record<string, (row: ImageRow) => Change[]>> = {
  'a class': (row) => setClass(row, 'b', labelling),
  'one of several classes': (row) => toggleClass(row, 'b', labelling),
  'what a model proposes': (row) => acceptClasses(row, ['b'], false, accepted),
  'all that a model proposes': (row) => acceptClasses(row, ['a', 'c'], true, accepted),
  'unsure': (row) => setStatus(row, 'unsure'),
  'skipped': (row) => setStatus(row, 'skipped'),
  'a subject': (row) => editChange(row, { subject: 'S-1' }),
};

for (const [name, act] of Object.entries(acts)) {
  test(`setting ${name} is taken back by the inverse patch`, () => {
    fc.assert(fc.property(rows, (row) => {
      const changes = act(row);
      if (changes.length === 0) return;
      assert.deepEqual(after(row, changes), changes.reduce((one, change) => after(one, [change]), row), 'all at once as one after the other');
      const patch = { id: 'p', title: 't', changes };
      assert.deepEqual(sorted(after(after(row, changes), inverse(patch, 'q').changes)), sorted(row));
    }));
  });
}

test('a class is the only one afterwards, shapes stay, and nobody is unsure any more', () => {
  fc.assert(fc.property(rows, (row) => {
    const labelled = after(row, setClass(row, 'b', labelling));
    assert.deepEqual(wholeLabels(labelled).map(({ classId }) => classId), ['b']);
    assert.equal(labelled.image.status, 'open');
    assert.deepEqual(labelled.annotations.filter(({ geometry }) => geometry), row.annotations.filter(({ geometry }) => geometry));
  }));
});

test('setting the same class twice changes nothing the second time', () => {
  fc.assert(fc.property(rows, (row) => {
    assert.deepEqual(setClass(after(row, setClass(row, 'b', labelling)), 'b', labelling), []);
  }));
});

test('an accepted proposal says which model made it', () => {
  fc.assert(fc.property(rows, (row) => {
    const after = [...wholeLabels(row).map(({ classId }) => classId)];
    for (const several of [false, true]) {
      const added = acceptClasses(row, ['a', 'c'], several, accepted).flatMap((change) => (change.of === 'annotation' && change.to ? [change.to] : []));
      assert.ok(added.every(({ source, modelId }) => source === 'accepted' && modelId === 'm'));
      if (several) assert.deepEqual(added.map(({ classId }) => classId), ['a', 'c'].filter((id) => !after.includes(id)));
    }
  }));
});

test('an unsure picture has no class', () => {
  fc.assert(fc.property(rows, (row) => assert.deepEqual(wholeLabels(after(row, setStatus(row, 'unsure'))), [])));
});

test('changes are gathered by picture and classes stand apart', () => {
  const change: Change = { of: 'class', id: 'a', from: null, to: { id: 'a', name: 'a', color: 0, order: 0 } };
  assert.equal(changesByImage({ id: 'p', title: 't', changes: [change] }).size, 0);
});
