// Counts that follow a change are those that counting everything anew would give.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ImageRow, ProjectStatus } from '../../main/contract/overview.ts';
import { recount } from './counts.ts';

const picture = fc.record({ status: fc.constantFrom('open', 'unsure', 'skipped'), excluded: fc.boolean(), classes: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')), boxes: fc.boolean() });
const row = ({ status, excluded, classes, boxes }: { status: string; excluded: boolean; classes: string[]; boxes: boolean }, id: number): ImageRow => ({
  image: { id: String(id), status, excluded } as ImageRow['image'], // only what is counted
  annotations: classes.map((classId) => ({ id: `${id}${classId}`, imageId: String(id), classId, geometry: boxes ? { shape: 'box', x1: 0, y1: 0, x2: 1, y2: 1 } : null, source: 'person', reader: null, modelId: null })),
  partition: null,
});

function countAll(rows: readonly ImageRow[]): ProjectStatus {
  const n = (of: (one: ImageRow) => boolean) => rows.filter(of).length;
  const open = ({ annotations }: ImageRow) => annotations.length === 0;
  return {
    images: rows.length, labelled: n((one) => !open(one)), unsure: n((one) => open(one) && one.image.status === 'unsure'), skipped: n((one) => open(one) && one.image.status === 'skipped'), excluded: n((one) => one.image.excluded),
    duplicated: 0, boxes: rows.flatMap(({ annotations }) => annotations).filter(({ geometry }) => geometry !== null).length, classes: ['a', 'b', 'c'].map((id) => ({ id, name: id, color: 0, count: n(({ annotations }) => annotations.some(({ classId }) => classId === id)) })),
    subjects: 0, sites: [], split: null, datasetVersion: '', runs: 0, models: 0, testLooks: 0,
  };
}

test('following changes picture by picture counts the same as counting all', () => {
  fc.assert(fc.property(fc.array(fc.tuple(picture, picture), { minLength: 1, maxLength: 12 }), (changes) => {
    const before = changes.map(([from], id) => row(from, id)), after = changes.map(([, to], id) => row(to, id));
    const followed = before.reduce((status, from, index) => recount(status, from, after[index]!), countAll(before));
    assert.deepEqual(followed, countAll(after));
  }));
});
