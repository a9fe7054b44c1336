// What is written in a format reads back as it was, for everything that the format says it can hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Geometry } from '#contract/geometry.ts';
import type { AnnotatedPicture, AnnotationSet } from './format.ts';
import { annotationFormat, detectFormat, formats, indexPictures } from './index.ts';
import { annotationSets, memorySource } from './testing/drawn.ts';
import type { Kinds } from './testing/drawn.ts';

/** Pictures that anything is said about, by path: a format need not list the others. */
function told(set: AnnotationSet): ReadonlyMap<string, AnnotatedPicture> {
  return new Map(set.pictures.filter(({ marks, subject, site, partition }) => marks.length > 0 || subject !== null || site !== null || partition !== null).map((picture) => [picture.path, picture]));
}

/** Coordinates rounded away from the last bits, which a centre and a width lose. Marks of a whole picture carry no order, nor do masks of which each class has files of its own. */
function rounded({ marks, ...picture }: AnnotatedPicture, id: string): unknown {
  const round = (geometry: Geometry | null): unknown => JSON.parse(JSON.stringify(geometry, (_, value) => typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value));
  const whole = marks.filter(({ geometry }) => geometry === null).map(({ className }) => className).sort();
  const places = marks.filter(({ geometry }) => geometry !== null).map(({ className, geometry }) => ({ className, geometry: round(geometry) }));
  if (id === 'masks-binary') places.sort((a, b) => Number(a.className > b.className) - Number(a.className < b.className));
  return { ...picture, whole, places };
}

async function roundTrip(id: string, set: AnnotationSet) {
  const format = annotationFormat(id);
  const { files, losses } = await format.write!(set);
  const source = memorySource(files);
  return { files, losses, source, read: await format.read!(source, indexPictures(set.pictures)) };
}

/** The same cases in every run; another number tries others. */
const seed = 1;

const all: Kinds = { whole: true, boxes: true, polygons: true, masks: true, facts: true };

/** What each format holds. */
const held: Readonly<Record<string, Kinds>> = {
  csv: { whole: true, facts: true },
  voc: { whole: true, boxes: true },
  coco: all,
  yolo: { boxes: true, polygons: true },
  masks: { masks: true },
  'masks-objects': { masks: true },
  'masks-binary': { masks: true },
  nifti: { masks: true },
};

for (const { id } of formats) {
  test(`${id}: what it can hold reads back as it was written`, async () => {
    await fc.assert(fc.asyncProperty(annotationSets(held[id]!), async (set) => {
      const { losses, read } = await roundTrip(id, set);
      assert.deepEqual(read.problems, []);
      if (losses.length) return;
      const [before, after] = [told(set), told(read)];
      assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
      for (const [path, picture] of before) assert.deepEqual(rounded(after.get(path)!, id), rounded(picture, id));
      if (id === 'coco' || id === 'yolo') assert.deepEqual(read.classes, set.classes);
    }), { numRuns: 150, seed });
  });

  test(`${id}: whatever is given to it, it writes files that it reads without a complaint, and says what is missing`, async () => {
    await fc.assert(fc.asyncProperty(annotationSets(all), async (set) => {
      const { losses, read, source } = await roundTrip(id, set);
      assert.deepEqual(read.problems, []);
      assert.ok(read.pictures.every(({ path }) => set.pictures.some((picture) => picture.path === path)));
      const count = (marks: AnnotationSet, whole: boolean) => marks.pictures.flatMap((picture) => picture.marks).filter(({ geometry }) => (geometry === null) === whole).length;
      if (count(read, true) < count(set, true) || count(read, false) < count(set, false)) assert.ok(losses.length > 0);
      if (told(read).size > 0 && count(read, false) + count(read, true) > 0) assert.equal((await detectFormat(source)).id, id);
    }), { numRuns: 80, seed });
  });
}

test('no file of a written format lies outside its folder', async () => {
  await fc.assert(fc.asyncProperty(annotationSets(all), fc.constantFrom(...formats), async (set, format) => {
    for (const { path } of (await format.write!(set)).files) assert.ok(!path.startsWith('/') && !path.split('/').includes('..') && !/[\0-\x1f<>:"|?*]/.test(path), path);
  }));
});

test('a format that does not exist is answered with those that do', () => {
  assert.throws(() => annotationFormat('tfrecord'), /coco, voc, yolo, masks-objects, masks-binary, masks, nifti, csv/);
});
