// Real annotation files: counts that their makers state, the same boxes in three formats, and the faults that are known to be in them.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { area as maskArea } from '../masks/index.ts';
import type { AnnotationSet, ReadAnnotations } from './format.ts';
import { annotationFormat, detectFormat, indexPictures, openSource } from './index.ts';
import type { KnownPicture } from './index.ts';

const data = `${process.env['FOVEA_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared', import.meta.url))}/data`;
const samples = { skip: existsSync(data) ? false : `the pictures are not at ${data}; set FOVEA_TEST_DATA` };

async function read(path: string, pictures: readonly KnownPicture[], id?: string): Promise<ReadAnnotations> {
  const source = await openSource(path);
  const format = await detectFormat(source);
  if (id !== undefined) assert.equal(format.id, id);
  return format.read!(source, indexPictures(pictures));
}

function sized(folder: string, width: number, height: number): readonly KnownPicture[] {
  return readdirSync(folder).map((name) => ({ path: `pictures/${name}`, width, height }));
}

function perClass({ pictures }: AnnotationSet): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { className } of pictures.flatMap(({ marks }) => marks)) counts[className] = (counts[className] ?? 0) + 1;
  return counts;
}

const kinds = ({ problems }: ReadAnnotations) => problems.map(({ kind }) => kind);

test('BCCD in VOC: every box of 364 pictures but the two without a size, and the partitions of its lists', samples, async () => {
  const folder = `${data}/bccd_voc`;
  const result = await read(folder, sized(`${folder}/JPEGImages`, 640, 480), 'voc');
  assert.deepEqual(perClass(result), { RBC: 4155 - 2, WBC: 372, Platelets: 361 });
  assert.equal(result.pictures.length, 364);
  const partitions = (wanted: string) => result.pictures.filter(({ partition }) => partition === wanted).length;
  assert.deepEqual([partitions('train'), partitions('validation'), partitions('test')], [205, 87, 72]);
  const zero = result.problems.filter(({ kind }) => kind === 'zero-size-box');
  assert.deepEqual(zero.map(({ where }) => where.replace(/,.*/, '')), ['Annotations/BloodImage_00338.xml', 'Annotations/BloodImage_00343.xml']);
  assert.deepEqual(kinds(result).filter((kind) => kind !== 'zero-size-box'), []);
});

test('the same 208 boxes come out of VOC, COCO and YOLO', samples, async () => {
  const folder = `${data}/annotation_samples/bccd12_voc_coco_yolo`;
  const pictures = sized(`${folder}/images`, 640, 480);
  const boxes = async (format: string, path: string) => {
    const source = await openSource(path);
    const result = await annotationFormat(format).read!(source, indexPictures(pictures));
    assert.deepEqual(result.problems, []);
    return result.pictures.flatMap(({ path, marks }) => marks.map(({ className, geometry }) => {
      assert.equal(geometry?.shape, 'box');
      return `${path} ${className} ${geometry?.shape === 'box' ? [geometry.x1, geometry.y1, geometry.x2, geometry.y2].map((n) => Math.round(n)) : ''}`;
    })).sort();
  };
  const fromVoc = await boxes('voc', `${folder}/voc`);
  assert.equal(fromVoc.length, 208);
  assert.deepEqual(await boxes('coco', `${folder}/coco.json`), fromVoc);
  assert.deepEqual(await boxes('yolo', folder), fromVoc);
});

test('COCO with polygons of several parts and a crowd: nothing is lost without being said', samples, async () => {
  const folder = `${data}/annotation_samples/coco_piximi`;
  const file = JSON.parse(readFileSync(`${folder}/labels_coco_full.json`, 'utf8')) as { images: { file_name: string; width: number; height: number }[]; annotations: { segmentation: unknown[] | object; iscrowd: number }[] };
  const pictures = file.images.map(({ file_name: path, width, height }) => ({ path, width, height }));
  const result = await read(`${folder}/labels_coco_full.json`, pictures, 'coco');
  assert.equal(result.classes.length, 10);
  const parts = file.annotations.map(({ segmentation }) => Array.isArray(segmentation) ? segmentation.length : 1);
  const marks = result.pictures.flatMap((picture) => picture.marks);
  assert.equal(marks.length, parts.reduce((sum, n) => sum + n, 0));
  assert.equal(kinds(result).filter((kind) => kind === 'changed').length, parts.filter((n) => n > 1).length + file.annotations.filter(({ iscrowd }) => iscrowd).length);
  const mask = marks.find(({ geometry }) => geometry?.shape === 'mask')?.geometry;
  assert.ok(mask?.shape === 'mask');
  // What pycocotools counts in this mask; the area in the file itself is another one.
  assert.equal(maskArea(mask), 7547);
});

test('YOLO with a list of names: 25 boxes in 7 pictures', samples, async () => {
  const folder = `${data}/annotation_samples/yolo_detect`;
  const result = await read(folder, sized(`${folder}/images`, 1000, 800), 'yolo');
  assert.equal(result.pictures.length, 7);
  assert.deepEqual(result.classes, ['closed_door', 'opened_door', 'bus', 'number']);
  assert.equal(result.pictures.flatMap(({ marks }) => marks).length, 25);
  assert.deepEqual(kinds(result).filter((kind) => kind !== 'clipped'), []);
});

test('annotations of pictures that are not there are listed one by one', samples, async () => {
  const folder = `${data}/annotation_samples/bccd12_voc_coco_yolo`;
  const all = sized(`${folder}/images`, 640, 480);
  for (const [id, path] of [['voc', `${folder}/voc`], ['coco', `${folder}/coco.json`], ['yolo', `${folder}`]] as const) {
    const result = await annotationFormat(id).read!(await openSource(path), indexPictures(all.slice(0, 9)));
    assert.deepEqual(kinds(result), ['unknown-picture', 'unknown-picture', 'unknown-picture'], id);
    assert.equal(result.pictures.length, 9);
  }
});
