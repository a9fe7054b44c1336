// Pictures of one subject, and copies of one picture, are one group, through any chain of both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DuplicateRecord } from '#contract/records.ts';
import { imageRow } from '../db/testing/rows.ts';
import { groupsOf } from './groups.ts';

const pair = (imageId: string, ofImageId: string): DuplicateRecord => ({ imageId, ofImageId, kind: 'near', distance: 1 });

test('subjects and duplicates join, and a group is called by its subject', () => {
  const groups = groupsOf([imageRow('a', { subject: 'S1' }), imageRow('b', { subject: 'S1' }), imageRow('c'), imageRow('d'), imageRow('e', { subject: 'S2' })], [pair('c', 'b'), pair('d', 'c')]);
  assert.deepEqual([...groups.values()].map((name) => name.split(' ').slice(0, 2).join(' ')), ['subject S1', 'subject S1', 'subject S1', 'subject S1', 'subject S2']);
});

test('two pictures are in one group exactly when a path of subjects and duplicates leads from one to the other', () => {
  const size = 8;
  const graph = fc.record({ subjects: fc.array(fc.option(fc.constantFrom('A', 'B', 'C')), { minLength: size, maxLength: size }), pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 6 }) });
  fc.assert(fc.property(graph, ({ subjects, pairs }) => {
    const images = subjects.map((subject, i) => imageRow(`p${i}`, { subject }));
    const groups = groupsOf(images, pairs.map(([a, b]) => pair(`p${a}`, `p${b}`)));
    // Warshall's closure of the relation.
    const linked = images.map((_, a) => images.map((_, b) => a === b || (subjects[a] !== null && subjects[a] === subjects[b]) || pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a))));
    for (let k = 0; k < size; k++) for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) linked[a]![b] ||= linked[a]![k]! && linked[k]![b]!;
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) assert.equal(groups.get(`p${a}`) === groups.get(`p${b}`), linked[a]![b]);
  }));
});

test('the names of groups do not hang on ids or order', () => {
  const images = [imageRow('a', { subject: 'S1' }), imageRow('b'), imageRow('c')];
  const names = (list: typeof images, twins: DuplicateRecord[]) => new Map([...groupsOf(list, twins)].map(([id, name]) => [list.find((one) => one.id === id)!.path, name]));
  const other = images.toReversed().map((one) => ({ ...one, id: `x${one.id}` }));
  assert.deepEqual([...names(images, [pair('b', 'c')])].sort(), [...names(other, [pair('xc', 'xb')])].sort());
});
