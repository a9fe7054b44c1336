// The parts that read what others wrote: paths, picture names, XML, lists of names, encodings; and what happens to shapes that do not fit.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { annotationFormat, indexPictures, openSource } from './index.ts';
import { containedPath } from './path.ts';
import { isProblem } from './pictures.ts';
import { memorySource } from './testing/drawn.ts';
import { decodeText } from './source.ts';
import { readXml } from './xml.ts';
import { namesInYaml } from './yaml-names.ts';

const picture = (path: string, width = 100, height = 80) => ({ path, width, height });
const unreadable = (error: unknown) => error instanceof StudioError && error.code === 'unreadable';

test('paths that leave their folder are refused, others are put into one form', () => {
  for (const path of ['../a.png', 'a/../../b.png', '/etc/passwd', 'C:\\a.png', 'c:a.png', '\\\\server\\a.png', 'a\0b', '', '.', '..\\a.png']) assert.equal(containedPath(path), null, path);
  assert.equal(containedPath('./a//b\\c.png'), 'a/b/c.png');
  assert.equal(containedPath('a..b/...png'), 'a..b/...png');
});

test('a picture is found by path, by bare name or without its ending, and never by guess', () => {
  const index = indexPictures([picture('a/1.png'), picture('b/1.png'), picture('b/2.jpg'), picture('img.jpg'), picture('c/img.v2.jpg')]);
  const found = (name: string) => {
    const result = index.find(name, 'here');
    return isProblem(result) ? result.kind : result.path;
  };
  assert.deepEqual(['a/1.png', 'a/1', '2.jpg', '2', '2.png', 'x/2.jpg', 'img.v2', 'img'].map(found), ['a/1.png', 'a/1.png', 'b/2.jpg', 'b/2.jpg', 'b/2.jpg', 'b/2.jpg', 'c/img.v2.jpg', 'img.jpg']);
  assert.deepEqual(['1.png', '3.png', '../b/2.jpg', '/b/2.jpg'].map(found), ['ambiguous-picture', 'unknown-picture', 'unsafe-path', 'unsafe-path']);
});

test('XML: elements, text, entities, CDATA and comments; anything else is refused with the name of the file', () => {
  const root = readXml('\ufeff<?xml version="1.0"?><!-- c --><a x="1>2"><b> &lt;&#65;&#x1F9A0; <![CDATA[<&>]]></b><c/><b/></a>', 'f.xml');
  assert.deepEqual(root.children.map(({ name, text }) => [name, text]), [['b', '<A🦠 <&>'], ['c', ''], ['b', '']]);
  const bomb = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l>&b;</l>';
  for (const text of ['', 'text', '<a>', '</a>', '<a></b>', '<a/><b/>', '<a b=c/>', '<a', bomb, '<a>'.repeat(100) + '</a>'.repeat(100)]) {
    assert.throws(() => readXml(text, 'f.xml'), (error) => unreadable(error) && /f\.xml/.test((error as StudioError).message), text.slice(0, 40));
  }
});

test('class names are found in every common way of writing data.yaml', () => {
  const names = new Map([[0, 'ant'], [1, "bee's, #2"]]);
  for (const text of [
    'nc: 2\nnames: [ant, "bee\'s, #2"] # two\n', 'names:\n- ant\n- "bee\'s, #2"\nnc: 2', "names:\n  - ant # first\n  - 'bee''s, #2'\n\ntrain: x",
    'names:\n  0: ant\n  1: "bee\'s, #2"\n', 'names: {0: ant, 1: "bee\'s, #2"}', 'names: [\n  ant,\n  "bee\'s, #2",\n]\ntrain: images',
  ]) assert.deepEqual(namesInYaml(text), names, text);
  for (const text of ['train: x', 'names:', 'names: *anchor', 'names:\n  a: b']) assert.equal(namesInYaml(text), null, text);
});

test('text is decoded by its mark, as UTF-8, or as Excel writes it', () => {
  for (const bytes of [Buffer.from('größe'), Buffer.from('\ufeffgröße'), Buffer.from('\ufeffgröße', 'utf16le'), Buffer.from('größe', 'latin1')]) assert.equal(decodeText(bytes), 'größe');
});

test('a source follows no links and gives no file that it did not list', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-source-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'in/deep'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), '0 1 1 1 1');
  writeFileSync(join(folder, 'in/deep/a.txt'), 'a');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'in/link.txt'));
  const source = await openSource(join(folder, 'in'));
  assert.deepEqual(source.files, ['deep/a.txt']);
  assert.equal(await source.text('deep/a.txt'), 'a');
  await assert.rejects(source.text('../secret.txt'), (error) => error instanceof StudioError && error.code === 'not-found');
  await assert.rejects(openSource(join(folder, 'none')), (error) => error instanceof StudioError && error.code === 'not-found');
});

test('shapes that do not fit are left out or cut, each with its reason, and the rest is taken over', async () => {
  const box = (values: readonly number[], name = 'cell') => `<object><name>${name}</name><bndbox>${['xmin', 'ymin', 'xmax', 'ymax'].map((key, i) => `<${key}>${values[i]}</${key}>`).join('')}</bndbox></object>`;
  const xml = (objects: string, size = '<size><width>100</width><height>80</height></size>') => `<annotation><filename>a.png</filename>${size}${objects}</annotation>`;
  const result = await annotationFormat('voc').read!(memorySource([
    { path: 'a.xml', text: xml([box([1, 2, 30, 40]), box([5, 5, 5, 9]), box([200, 0, 210, 9]), box([90, 70, 150, 80.5]), box([1, 1, 1, NaN]), '<object><name>x</name></object>'].join('')) },
    { path: 'turned.xml', text: xml(box([1, 2, 30, 40]), '<size><width>80</width><height>100</height></size>') },
    { path: 'broken.xml', text: '<annotation>' },
  ]), indexPictures([picture('a.png')]));
  assert.deepEqual(result.problems.map(({ kind, where }) => `${where}: ${kind}`), ['a.xml, object 2: zero-size-box', 'a.xml, object 3: outside-picture', 'a.xml, object 4: clipped', 'a.xml, object 5: unreadable', 'a.xml, object 6: unreadable', 'broken.xml: unreadable', 'turned.xml: other-size']);
  assert.deepEqual(result.pictures[0]!.marks.map(({ geometry }) => geometry), [{ shape: 'box', x1: 1, y1: 2, x2: 30, y2: 40 }, { shape: 'box', x1: 90, y1: 70, x2: 100, y2: 80 }]);
});

test('a CSV table says what is wrong with a row, and takes the others', async () => {
  const text = 'Image;Label;Patient_ID;Split\na.png;ant;P1;training\na.png;bee;P2;val\nmissing.png;ant;P1;train\n;ant;;\n../a.png;ant;;\nb.png;;P3;holdout\n';
  const result = await annotationFormat('csv').read!(memorySource([{ path: 'labels.csv', text }]), indexPictures([picture('x/a.png'), picture('x/b.png')]));
  assert.deepEqual(result.problems.map(({ kind, where }) => `${where}: ${kind}`), ['labels.csv, line 3: conflict', 'labels.csv, line 3: conflict', 'labels.csv, line 4: unknown-picture', 'labels.csv, line 5: unreadable', 'labels.csv, line 6: unsafe-path', 'labels.csv, line 7: unreadable']);
  assert.deepEqual(result.pictures.map(({ path, subject, partition, marks }) => [path, subject, partition, marks.map(({ className }) => className)]), [['x/a.png', 'P1', 'train', ['ant', 'bee']], ['x/b.png', 'P3', null, []]]);
  await assert.rejects(annotationFormat('csv').read!(memorySource([{ path: 'l.csv', text: 'a,b\n1,2' }]), indexPictures([])), unreadable);
});

test('a COCO file that is none is refused as a whole, a bad entry alone', async () => {
  const read = (text: string) => annotationFormat('coco').read!(memorySource([{ path: 'instances_val2017.json', text }]), indexPictures([picture('a.png')]));
  await assert.rejects(read('{"images": ['), unreadable);
  await assert.rejects(read('{"images": []}'), unreadable);
  const { problems, pictures } = await read(JSON.stringify({
    images: [{ id: 1, file_name: 'a.png', width: 100, height: 80 }, { id: 2 }],
    categories: [{ id: 7, name: 'cell' }, { id: 8, name: '' }],
    annotations: [
      { image_id: 1, category_id: 7, bbox: [1, 2, 3, 4] }, { image_id: 1, category_id: 7 }, { image_id: 1, category_id: 9, bbox: [1, 2, 3, 4] }, { image_id: 5, category_id: 7 },
      { image_id: 1, category_id: 7, bbox: [1, 2] }, { image_id: 1, category_id: 7, segmentation: { counts: [1, 2], size: [80, 100] } }, 'x',
    ],
  }));
  assert.deepEqual(problems.map(({ kind }) => kind), ['unreadable', 'unreadable', 'unknown-class', 'unknown-picture', 'unreadable', 'unreadable', 'unreadable']);
  assert.deepEqual(pictures, [{ path: 'a.png', width: 100, height: 80, subject: null, site: null, partition: 'validation', marks: [{ className: 'cell', geometry: { shape: 'box', x1: 1, y1: 2, x2: 4, y2: 6 } }, { className: 'cell', geometry: null }] }]);
});

test('YOLO names a class that is not in the list, and takes folders as partitions', async () => {
  const result = await annotationFormat('yolo').read!(memorySource([
    { path: 'data.yaml', text: 'names: [ant]' }, { path: 'valid/labels/a.txt', text: '0 .5 .5 .2 .2\n3 .5 .5 .2 .2\n0 .5 .5\n' }, { path: 'README.txt', text: 'hello' },
  ]), indexPictures([picture('valid/images/a.png'), picture('train/images/a.png')]));
  assert.deepEqual(result.problems.map(({ kind }) => kind), ['unknown-class', 'unreadable']);
  assert.deepEqual(result.pictures.map(({ path, partition, marks }) => [path, partition, marks.length]), [['valid/images/a.png', 'validation', 1]]);
});
