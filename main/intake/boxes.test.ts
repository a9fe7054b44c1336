// Boxes of a real data set: as many as its makers state, and the same again from what is written of them in each format.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ImageFilter } from '#contract/overview.ts';
import { classes, imageIds, imageRows } from '../db/index.ts';
import { annotationFormat, annotationSet } from '../formats/index.ts';
import { bench, type Bench } from './testing/pictures.ts';

const folder = `${process.env['FOVEA_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared', import.meta.url))}/data/bccd_voc`;
const samples = { skip: existsSync(folder) ? false : `the pictures are not at ${folder}; set FOVEA_TEST_DATA` };
const pictures = join(folder, 'JPEGImages');

const rowsOf = ({ project: { db } }: Bench) => imageRows(db, imageIds(db, ImageFilter.parse({})));

/** Every box by its picture's path: class and corners, rounded to `digits` decimals. */
function boxes(b: Bench, digits: number): string[] {
  const names = new Map(classes(b.project.db).map(({ id, name }) => [id, name]));
  return rowsOf(b).flatMap(({ image, annotations }) => annotations.map(({ classId, geometry }) => {
    assert.ok(geometry?.shape === 'box');
    return `${image.path.split('/').at(-1)} ${names.get(classId)} ${[geometry.x1, geometry.y1, geometry.x2, geometry.y2].map((corner) => corner.toFixed(digits)).join(' ')}`;
  })).sort();
}

test('BCCD comes in with every box that has a size', samples, async (t) => {
  const b = await bench(t);
  const report = await b.run({ paths: [pictures], labels: folder });
  assert.deepEqual([report.imported, report.rejected], [364, []]);
  assert.deepEqual([...report.classes].sort(), ['Platelets', 'RBC', 'WBC']);
  const all = boxes(b, 2);
  // 4155 + 372 + 361 by its makers, two of them without a size.
  assert.equal(all.length, 4888 - 2);
});

test('boxes go out and in again in VOC, COCO and YOLO as they were', samples, async (t) => {
  const b = await bench(t);
  const some = readdirSync(pictures).slice(0, 24).map((name) => join(pictures, name));
  await b.run({ paths: some, labels: folder });
  const all = boxes(b, 2);
  assert.ok(all.length > 200);
  for (const id of ['voc', 'coco', 'yolo']) {
    const again = await bench(t), out = join(again.folder, '..', id);
    const { files } = await annotationFormat(id).write!(annotationSet(classes(b.project.db), rowsOf(b)));
    for (const { path, ...content } of files) {
      await mkdir(dirname(join(out, path)), { recursive: true });
      await writeFile(join(out, path), 'text' in content ? content.text : content.bytes);
    }
    assert.deepEqual((await again.run({ paths: some, labels: out })).rejected, []);
    // Shares of a picture's size with six decimals are thousandths of a pixel.
    assert.deepEqual(boxes(again, 2), all, id);
  }
});
