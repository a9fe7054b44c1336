// Copies: the same bytes again, and pictures that look nearly the same.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { duplicates, images } from '../db/index.ts';
import { decode, eightBits, encodeJpeg } from '../images/index.ts';
import { bench, labels, testPicture } from './testing/pictures.ts';

test('the same bytes under other names are pictures of their own, listed and bound to the first, and kept on disk once', async (t) => {
  const b = await bench(t);
  const twin = await testPicture(1);
  for (const name of ['S1_a', 'S1_copy', 'S2_a']) await b.put(`benign/${name}.png`, twin);
  await b.put('benign/S3_b.png', await testPicture(2));
  const report = await b.run({ subject: 'regex:^(S\\d)' });
  assert.deepEqual([report.imported, report.subjects], [4, 3]);
  assert.deepEqual(report.duplicates, [{ path: 'benign/S1_copy.png', of: 'benign/S1_a.png' }, { path: 'benign/S2_a.png', of: 'benign/S1_a.png' }]);
  const rows = images(b.project.db), ids = new Map(rows.map(({ id, path }) => [path, id]));
  assert.deepEqual(duplicates(b.project.db), ['S1_copy', 'S2_a'].map((name) => ({ imageId: ids.get(`benign/${name}.png`), ofImageId: ids.get('benign/S1_a.png'), kind: 'exact', distance: 0 })));
  assert.equal(new Set(rows.map(({ sha256 }) => sha256)).size, 2);
  const again = await b.run({ subject: 'regex:^(S\\d)' });
  assert.deepEqual([again.imported, again.known, duplicates(b.project.db).length], [0, 4, 2]);
});

test('the same file in two imported folders is two pictures, even at the same relative path', async (t) => {
  const b = await bench(t);
  for (const side of ['train', 'test']) await b.put(`${side}/ants/1.png`, await testPicture(1));
  const paths = [join(b.folder, 'train'), join(b.folder, 'test')];
  const report = await b.run({ paths });
  assert.deepEqual([report.imported, report.duplicates], [2, [{ path: 'ants/1.png', of: 'ants/1.png' }]]);
  assert.deepEqual((await b.run({ paths })).imported, 0);
});

test('one picture in two classes is reported', async (t) => {
  const b = await bench(t);
  const twin = await testPicture(1);
  await b.put('benign/1.png', twin);
  await b.put('malignant/1.png', twin);
  await b.put('malignant/2.png', await testPicture(2));
  const report = await b.run();
  assert.equal(report.imported, 3);
  assert.ok(report.notes.some((note) => note.includes('"benign/1.png" (benign) and "malignant/1.png" (malignant) are the same picture with different classes')), report.notes.join('\n'));
  assert.deepEqual(labels(b), { 'benign/1.png': 'benign', 'malignant/1.png': 'malignant', 'malignant/2.png': 'malignant' });
});

test('pictures that look nearly the same are listed and bound, each cluster once', async (t) => {
  const b = await bench(t);
  const original = eightBits(await decode(await testPicture(1, 96)));
  await b.put('a/1.png', await testPicture(1, 96));
  for (const quality of [95, 70, 40]) await b.put(`a/q${quality}.jpg`, await encodeJpeg(original, quality));
  await b.put('a/other.png', await testPicture(2, 96));
  const report = await b.run();
  assert.equal(report.imported, 5);
  assert.equal(report.near.length, 3);
  for (const { distance } of report.near) assert.ok(distance <= 4);
  assert.deepEqual(duplicates(b.project.db).map(({ kind }) => kind), ['near', 'near', 'near']);
  // A later import still knows them.
  await b.put('a/late.jpg', await encodeJpeg(original, 60));
  assert.equal((await b.run()).near.length, 1);
});
