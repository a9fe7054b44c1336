// Imports into a real project: what comes in, what is said of the rest, and that a second time changes nothing.
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { annotationsOf, classes, images } from '../db/index.ts';
import { bench, labels, testPicture } from './testing/pictures.ts';

test('folders become classes, originals are kept byte for byte, and importing again brings nothing', async (t) => {
  const b = await bench(t);
  for (let i = 0; i < 6; i++) await b.put(`${i % 2 ? 'malignant' : 'benign'}/${i}.png`, await testPicture(i));
  const first = await b.run();
  assert.deepEqual([first.imported, first.known, first.duplicates, first.near, first.rejected, first.classes, first.notes], [6, 0, [], [], [], ['benign', 'malignant'], []]);
  assert.equal(labels(b)['malignant/3.png'], 'malignant');
  for (const image of images(b.project.db)) {
    const original = await readFile(join(b.folder, image.path));
    assert.deepEqual(await b.project.blobs.get(image.sha256), original);
    assert.deepEqual([image.format, image.width, image.height, image.channels, image.bytes], ['png', 24, 24, 1, original.length]);
  }
  const before = images(b.project.db);
  const second = await b.run();
  assert.deepEqual([second.imported, second.known, second.duplicates, second.notes], [0, 6, [], []]);
  // A part of the folder, whose paths are then others, holds the same pictures.
  const third = await b.run({ paths: [join(b.folder, 'benign'), join(b.folder, 'malignant/1.png')], labels: 'none' });
  assert.deepEqual([third.imported, third.known, third.duplicates.length], [0, 4, 4]);
  assert.deepEqual(images(b.project.db), before);
});

test('with partitions from folders, the folder below the partition is the class', async (t) => {
  const b = await bench(t);
  for (const [i, path] of ['train/ants/1.png', 'train/bees/2.png', 'validation/ants/3.png', 'val/bees/4.png', 'test/ants/5.png', 'extra/6.png', '7.png'].entries()) await b.put(path, await testPicture(i));
  await b.run({ partition: 'folder' });
  const declared = Object.fromEntries(images(b.project.db).map(({ path, declared }) => [path, declared]));
  assert.deepEqual(declared, { '7.png': null, 'extra/6.png': null, 'test/ants/5.png': 'test', 'train/ants/1.png': 'train', 'train/bees/2.png': 'train', 'val/bees/4.png': 'validation', 'validation/ants/3.png': 'validation' });
  assert.deepEqual(labels(b), { '7.png': '', 'extra/6.png': 'extra', 'test/ants/5.png': 'ants', 'train/ants/1.png': 'ants', 'train/bees/2.png': 'bees', 'val/bees/4.png': 'bees', 'validation/ants/3.png': 'ants' });
});

test('folders named train and test never become classes by mistake', async (t) => {
  const b = await bench(t);
  for (const [i, path] of ['train/ants/1.png', 'train/bees/2.png', 'test/ants/3.png'].entries()) await b.put(path, await testPicture(i));
  const report = await b.run();
  assert.deepEqual(report.classes, ['ants', 'bees']);
  assert.match(report.notes.join(), /--partition folder/);
});

test('subject and site come from a pattern, a folder level or a table', async (t) => {
  const b = await bench(t);
  await b.put('north/benign/P07_1.png', await testPicture(1));
  await b.put('south/benign/P08_1.png', await testPicture(2));
  await b.put('south/malignant/scan.png', await testPicture(3));
  await b.put('table.csv', 'filename;patient;hospital;label\nP07_1.png;"Müller; A";Nord;gutartig\nnowhere.png;x;y;z\n');
  const table = join(b.folder, 'table.csv');
  const report = await b.run({ subject: 'regex:^(P\\d+)_', site: 'folder:1' });
  assert.deepEqual(images(b.project.db).map(({ path, subject, site }) => [path, subject, site]),
    [['north/benign/P07_1.png', 'P07', 'north'], ['south/benign/P08_1.png', 'P08', 'south'], ['south/malignant/scan.png', null, 'south']]);
  assert.deepEqual([report.classes, report.subjects], [['benign', 'malignant'], 2]);
  assert.ok(report.notes.some((note) => note.startsWith('1 picture has no subject')), report.notes.join('\n'));
  assert.deepEqual(report.rejected.map(({ path }) => path), ['table.csv']);
  const other = await bench(t);
  const again = await other.run({ paths: [b.folder], labels: table, subject: `csv:${table}`, site: `csv:${table}` });
  assert.deepEqual([again.rejected, again.classes], [[], ['gutartig']]);
  assert.deepEqual(images(other.project.db).map(({ subject, site }) => [subject, site]), [['Müller; A', 'Nord'], [null, null], [null, null]]);
  assert.ok(again.notes.some((note) => note.includes('nowhere.png')) && again.notes.some((note) => note.startsWith('2 pictures came in without a class')), again.notes.join('\n'));
});

test('a rule or path that makes no sense is refused before anything is read', async (t) => {
  const b = await bench(t);
  const refused = (code: string) => (error: unknown) => error instanceof StudioError && error.code === code;
  await assert.rejects(b.run({ subject: 'regex:(' }), refused('invalid'));
  await assert.rejects(b.run({ site: 'level 2' }), refused('invalid'));
  await assert.rejects(b.run({ paths: [join(b.folder, 'nowhere')] }), refused('not-found'));
  await assert.rejects(b.run({ labels: join(b.folder, 'nowhere.csv') }), refused('not-found'));
  await assert.rejects(b.run({ labels: 'folder', subject: `csv:${join(b.folder, 'nowhere.csv')}` }), refused('not-found'));
});

test('a bad file is listed with its reason and stops nothing', async (t) => {
  const b = await bench(t);
  const good = await testPicture(1);
  await b.put('a/good.png', good);
  await b.put('a/empty.png', '');
  await b.put('a/cut.png', good.subarray(0, good.length - 40));
  await b.put('a/words.jpg', 'not a picture at all');
  await b.put('b/scan.dcm', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
  await b.put('b/other.png', await testPicture(2));
  await b.put('.DS_Store', 'litter');
  await b.put('Thumbs.db', 'litter');
  const report = await b.run();
  assert.equal(report.imported, 2);
  assert.deepEqual(Object.fromEntries(report.rejected.map(({ path, code }) => [path, code])), { 'a/cut.png': 'image.truncated', 'a/empty.png': 'image.empty', 'a/words.jpg': 'image.not-a-picture', 'b/scan.dcm': 'image.unsupported' });
  for (const { message } of report.rejected) assert.match(message, /\. \S/);
});

test('an empty folder and a folder of texts end in a clear sentence', async (t) => {
  const b = await bench(t);
  const empty = await b.run();
  assert.deepEqual([empty.imported, empty.rejected], [0, []]);
  assert.match(empty.notes.join(), /no file to import/);
  await b.put('notes.txt', 'one');
  assert.deepEqual((await b.run()).rejected.map(({ code }) => code), ['image.not-a-picture']);
  await b.put('only/1.png', await testPicture(1));
  assert.match((await b.run()).notes.join(), /only one class, "only"/);
});

test('names with quotes, emoji, line breaks, right-to-left marks and great length come in as they are', { skip: process.platform === 'win32' ? 'Windows allows no such names' : false }, async (t) => {
  const b = await bench(t);
  const names = ['it\'s "quoted".png', '🔬 cell.png', 'two\nlines.png', '\u202egnp.jpg', `${'x'.repeat(240)}.png`, "'); DROP TABLE images;--.png", '<img src=x onerror=alert(1)>.png', 'no ending'];
  const deep = Array.from({ length: 8 }, () => 'deep '.repeat(20)).join('/');
  for (const [i, name] of [...names, `${deep}/below.png`].entries()) await b.put(`class ${i}/${name}`, await testPicture(i));
  const report = await b.run();
  assert.deepEqual(report.rejected, []);
  assert.deepEqual(images(b.project.db).map(({ path }) => path).sort(), [...names, `${deep}/below.png`].map((name, i) => `class ${i}/${name}`).sort());
});

test('links are not followed, so that nothing outside the folder comes in, and projects are not searched for pictures', { skip: process.platform === 'win32' ? 'links need rights on Windows' : false }, async (t) => {
  const b = await bench(t);
  await b.put('in/1.png', await testPicture(1));
  const outside = await bench(t);
  await outside.put('secret/2.png', await testPicture(2));
  await outside.run();
  await symlink(outside.folder, join(b.folder, 'escape'));
  await symlink(join(outside.folder, 'secret/2.png'), join(b.folder, 'in/2.png'));
  await mkdir(join(b.folder, 'loop'));
  await symlink(b.folder, join(b.folder, 'loop/again'));
  const report = await b.run();
  assert.deepEqual(images(b.project.db).map(({ path }) => path), ['in/1.png']);
  assert.match(report.notes.join(), /3 symbolic links were not followed/);
  const whole = await b.run({ paths: [join(outside.folder, '..')] });
  assert.deepEqual([whole.imported, whole.rejected], [1, []]);
});

test('masks beside the pictures are passed over, and said; a class that happens to be called so is not', async (t) => {
  const b = await bench(t);
  for (const [i, path] of ['images/1.png', 'images/2.png', 'masks/1.png', 'masks/2.png'].entries()) await b.put(path, await testPicture(i));
  const report = await b.run({ labels: 'none' });
  assert.equal(report.imported, 2);
  assert.match(report.notes.join(), /2 files were taken for masks/);
  const faces = await bench(t);
  for (const [i, path] of ['with mask/1.png', 'mask/1.png', 'mask/2.png', 'none/1.png'].entries()) await faces.put(path, await testPicture(i));
  assert.equal((await faces.run()).imported, 4);
});

test('a later import fills in what was missing and changes nothing that was there', async (t) => {
  const b = await bench(t);
  for (let i = 0; i < 4; i++) await b.put(`${i < 2 ? 'left' : 'right'}/P${i}.png`, await testPicture(i));
  await b.run({ labels: 'none' });
  assert.deepEqual(Object.values(labels(b)), ['', '', '', '']);
  const report = await b.run({ subject: 'regex:^(P\\d)' });
  assert.deepEqual(Object.values(labels(b)), ['left', 'left', 'right', 'right']);
  assert.deepEqual(images(b.project.db).map(({ subject }) => subject), ['P0', 'P1', 'P2', 'P3']);
  assert.ok(report.notes.some((note) => note.startsWith('4 pictures that were here without a class got one')), report.notes.join('\n'));
  await b.put('table.csv', 'path,class,subject\nleft/P0.png,wrong,Q9\n');
  const third = await b.run({ labels: join(b.folder, 'table.csv'), subject: `csv:${join(b.folder, 'table.csv')}` });
  assert.deepEqual([labels(b)['left/P0.png'], images(b.project.db)[0]!.subject], ['left', 'P0']);
  assert.ok(third.notes.some((note) => note.includes('keeps its class')) && third.notes.some((note) => note.includes('keeps its subject')), third.notes.join('\n'));
});

test('boxes of a COCO file come in once, with the classes in its order', async (t) => {
  const b = await bench(t);
  await b.put('1.png', await testPicture(1));
  await b.put('2.png', await testPicture(2));
  const coco = { images: [{ id: 7, file_name: '1.png', width: 24, height: 24 }], categories: [{ id: 3, name: 'nucleus' }, { id: 1, name: 'debris' }], annotations: [{ id: 1, image_id: 7, category_id: 3, bbox: [2, 3, 10, 8], area: 80, iscrowd: 0 }] };
  await b.put('boxes.json', JSON.stringify(coco));
  const options = { labels: join(b.folder, 'boxes.json') };
  const report = await b.run(options);
  assert.deepEqual([report.imported, report.rejected], [2, []]);
  assert.deepEqual(classes(b.project.db).map(({ name }) => name).sort(), ['debris', 'nucleus']);
  const [image] = images(b.project.db);
  assert.deepEqual(annotationsOf(b.project.db, image!.id).map(({ geometry }) => geometry), [{ shape: 'box', x1: 2, y1: 3, x2: 12, y2: 11 }]);
  await b.run(options);
  assert.equal(annotationsOf(b.project.db, image!.id).length, 1);
});

test('a stopped import keeps whole batches, and the next one goes on from there', async (t) => {
  const b = await bench(t);
  for (let i = 0; i < 150; i++) await b.put(`c${i % 2}/${i}.png`, await testPicture(i));
  const seen: number[] = [];
  const report = await b.run({}, { stopRequested: () => true, progress: ({ done }) => void seen.push(done) });
  assert.deepEqual([report.imported, seen, images(b.project.db).length], [64, [64], 64]);
  assert.match(report.notes[0]!, /Stopped after 64 of 150 files/);
  const rest = await b.run();
  assert.deepEqual([rest.imported, rest.known], [86, 64]);
});

test('when a picture cannot be kept, the import fails and what was written stays', async (t) => {
  const b = await bench(t);
  for (let i = 0; i < 80; i++) await b.put(`c${i % 2}/${i}.png`, await testPicture(i));
  let puts = 0;
  const full = new StudioError('storage', 'storage.full', {}, 'The disk is full.');
  await assert.rejects(b.run({}, { blobs: { ...b.project.blobs, put: (bytes) => (++puts > 70 ? Promise.reject(full) : b.project.blobs.put(bytes)) } }), full);
  assert.equal(images(b.project.db).length, 64);
  assert.equal((await b.run()).imported, 16);
});
