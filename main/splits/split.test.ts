import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import { SplitOptions, type Partition } from '#contract/records.ts';
import { stream } from '../random.ts';
import { makeSplit, type SplitPicture } from './index.ts';

const options = (given: Partial<SplitOptions> = {}) => SplitOptions.parse(given);
const partitions = ['train', 'validation', 'test'] as const;

/** Pictures of `subjects` subjects with 1 to `most` pictures each, every subject of one class. */
function patients(subjects: number, most: number, classes: number, seed = 1): SplitPicture[] {
  const draws = stream(seed, 'test/patients');
  return Array.from({ length: subjects }, (_, s) => Array.from({ length: 1 + draws.integer(s, most) }, (__, i): SplitPicture =>
    ({ id: `${s}-${i}`, group: `subject ${s}`, classIndex: s % classes, declared: null }))).flat();
}
const singles = (n: number, classes: number) => Array.from({ length: n }, (_, i): SplitPicture => ({ id: String(i), group: `picture ${i}`, classIndex: i % classes, declared: null }));

const picture = fc.record({
  group: fc.integer({ min: 0, max: 25 }).map((n) => `g${n}`),
  classIndex: fc.option(fc.nat(3), { nil: null }),
  declared: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom<Partition>(...partitions) }),
});
const pictures = fc.array(picture, { minLength: 1, maxLength: 120 }).map((list) => list.map((one, i): SplitPicture => ({ ...one, id: `p${i}` })));

test('no group is ever on two sides or in two folds, and every picture is somewhere', () => {
  fc.assert(fc.property(pictures, fc.nat(), (list, seed) => {
    const { partition, fold } = makeSplit(list, options({ seed }));
    for (const members of Map.groupBy(list, ({ group }) => group).values()) {
      assert.equal(new Set(members.map(({ id }) => partition.get(id))).size, 1);
    }
    assert.equal(partition.size, list.length);
    assert.equal(fold.size, 0);
  }), { numRuns: 400 });
});

test('folds keep groups together, leave test out and differ by at most one group', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 20, max: 60 }), fc.nat(), (folds, subjects, seed) => {
    const list = patients(subjects, 4, 2);
    const { partition, fold } = makeSplit(list, options({ folds, seed }));
    for (const { id } of list) assert.equal(fold.has(id), partition.get(id) !== 'test');
    for (const members of Map.groupBy(list, ({ group }) => group).values()) assert.equal(new Set(members.map(({ id }) => fold.get(id))).size, 1);
    const sizes = Array.from({ length: folds }, (_, k) => [...fold.values()].filter((own) => own === k).length);
    // A subject has at most 4 pictures, and the classes ask for their own balance.
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 5, sizes.join(' '));
  }));
});

test('the same pictures and seed give the same split in any order, and another seed gives another one', () => {
  const list = patients(40, 8, 3);
  fc.assert(fc.property(fc.nat(), (seed) => {
    const order = stream(seed, 'test/order').permutation(0, list.length);
    const first = makeSplit(list, options({ folds: 3 })), again = makeSplit([...order].map((i) => list[i]!), options({ folds: 3 }));
    for (const { id } of list) assert.deepEqual([again.partition.get(id), again.fold.get(id)], [first.partition.get(id), first.fold.get(id)]);
  }), { numRuns: 20 });
  const other = makeSplit(list, options({ seed: 2 })), first = makeSplit(list, options());
  assert.ok(list.some(({ id }) => other.partition.get(id) !== first.partition.get(id)));
});

test('single pictures are divided to within one per class of their shares', () => {
  fc.assert(fc.property(fc.integer({ min: 30, max: 300 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (n, classes, seed) => {
    const list = singles(n, classes), { partition } = makeSplit(list, options({ seed }));
    for (let c = 0; c < classes; c++) {
      const own = list.filter(({ classIndex }) => classIndex === c);
      for (const [part, share] of [['train', 0.6], ['validation', 0.2], ['test', 0.2]] as const) {
        const count = own.filter(({ id }) => partition.get(id) === part).length;
        assert.ok(Math.abs(count - share * own.length) <= 1.01, `${part}: ${count} of ${own.length}`);
      }
    }
  }));
});

test('with subjects the shares are met to within one large subject per class', () => {
  fc.assert(fc.property(fc.integer({ min: 30, max: 80 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 2, max: 3 }), fc.nat(), (subjects, most, classes, seed) => {
    const list = patients(subjects, most, classes, seed), { partition } = makeSplit(list, options({ seed }));
    for (let c = 0; c < classes; c++) {
      const own = list.filter(({ classIndex }) => classIndex === c);
      for (const [part, share] of [['train', 0.6], ['validation', 0.2], ['test', 0.2]] as const) {
        const count = own.filter(({ id }) => partition.get(id) === part).length;
        assert.ok(Math.abs(count - share * own.length) <= most, `${part}: ${count} instead of ${share * own.length}, subjects of up to ${most}`);
      }
    }
  }));
});

test('every class is in every partition when it has three groups, and in train first when it has fewer', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 6 }), fc.nat(), (sizes, seed) => {
    const list = sizes.flatMap((size, c) => Array.from({ length: size }, (_, i): SplitPicture => ({ id: `${c}-${i}`, group: `${c}-${i}`, classIndex: c, declared: null })));
    const { partition, notes } = makeSplit(list, options({ seed }));
    sizes.forEach((size, c) => {
      const held = new Set(list.filter(({ classIndex }) => classIndex === c).map(({ id }) => partition.get(id)));
      const expected = partitions.slice(0, Math.min(3, size)).filter((part) => [...partition.values()].includes(part));
      for (const part of expected) assert.ok(held.has(part), `class ${c} with ${size} is not in ${part}`);
      if (held.size < new Set(partition.values()).size) assert.ok(notes.some((note) => note.includes(`Class ${c + 1} has no picture in`)));
    });
  }), { numRuns: 300 });
});

test('a declared partition is kept, and takes nothing that was not declared for it', () => {
  const list = patients(30, 4, 2).map((one, i): SplitPicture => ({ ...one, declared: i % 9 === 0 ? null : Number(one.id.split('-')[0]) < 20 ? 'train' : 'validation' }));
  const { partition } = makeSplit(list, options());
  const sides = new Map(list.filter(({ declared }) => declared !== null).map(({ group, declared }) => [group, declared]));
  for (const { id, group, declared } of list) {
    if (declared !== null) assert.equal(partition.get(id), declared);
    else if (sides.has(group)) assert.equal(partition.get(id), sides.get(group));
    else assert.notEqual(partition.get(id), 'validation');
  }
});

test('of a subject on two sides all pictures move towards test, and it is said', () => {
  const one = (id: string, group: string, declared: Partition): SplitPicture => ({ id, group, classIndex: 0, declared });
  const { partition, notes } = makeSplit([one('1', 'A', 'train'), one('2', 'A', 'train'), one('3', 'A', 'test'), one('4', 'B', 'train'), one('5', 'C', 'validation'), one('6', 'B', 'validation')], options());
  assert.deepEqual(Object.fromEntries(partition), { 1: 'test', 2: 'test', 3: 'test', 4: 'validation', 5: 'validation', 6: 'validation' });
  assert.ok(notes.some((note) => note.includes('2 pictures moved to test')) && notes.some((note) => note.includes('1 picture moved to validation')), notes.join('\n'));
});

test('published train and validation partitions stay, with an empty test partition that is said', () => {
  const list = singles(50, 2).map((one, i): SplitPicture => ({ ...one, declared: i < 30 ? 'train' : 'validation' }));
  const { partition, notes } = makeSplit(list, options());
  for (const { id, declared } of list) assert.equal(partition.get(id), declared);
  assert.deepEqual(notes, ['No picture was declared for test, so that partition is empty.']);
});

test('a missing validation partition comes out of train, never out of test', () => {
  const list = singles(100, 2).map((one, i): SplitPicture => ({ ...one, declared: i < 70 ? 'train' : 'test' }));
  const { partition, notes } = makeSplit(list, options());
  assert.ok(list.every(({ id, declared }) => (partition.get(id) === 'test') === (declared === 'test')));
  assert.equal([...partition.values()].filter((side) => side === 'validation').length, 14);
  assert.match(notes.join(), /No picture was declared for validation, so that partition was taken from the training pictures/);
});

test('what cannot work is refused or said', () => {
  const refusal = (key: string) => (error: unknown) => error instanceof StudioError && error.code === 'refused' && error.key === key;
  assert.throws(() => makeSplit(singles(10, 2), options({ validation: 0.5, test: 0.5 })), refusal('split.shares'));
  assert.throws(() => makeSplit(singles(3, 1), options({ folds: 4, test: 0 })), refusal('split.folds'));
  const alone = makeSplit([{ id: 'a', group: 'a', classIndex: 0, declared: null }], options(), ['benign']);
  assert.equal(alone.partition.get('a'), 'train');
  assert.ok(alone.notes.some((note) => note.includes('validation partition is empty')));
  const one = makeSplit([...singles(20, 1), { id: 'x', group: 'x', classIndex: 1, declared: null }], options(), ['benign', 'rare']);
  assert.equal(one.partition.get('x'), 'train');
  assert.deepEqual(one.notes, ['The class "rare" has no picture in validation and test: it has only 1 subject or picture.']);
});
