// Mask files: what is written reads back pixel for pixel, and what other programs write is understood.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { deflateSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Mask } from '#contract/geometry.ts';
import { decode as decodePicture } from '../images/index.ts';
import { area, components, emptyMask, encode, ignoreClass } from '../masks/index.ts';
import type { AnnotationSet, ReadAnnotations, WrittenFile } from './format.ts';
import { annotationFormat, detectFormat, indexPictures } from './index.ts';
import { readNifti, writeNifti } from './masks/nifti.ts';
import { readPng, writeGreyPng, writeIndexedPng } from './masks/png.ts';
import { memorySource } from './testing/drawn.ts';

const extent = fc.record({ width: fc.integer({ min: 1, max: 19 }), height: fc.integer({ min: 1, max: 11 }) });
const classes = ['cell', 'größe, "x"', 'debris'];
/** Pictures of odd sizes with one mask per class and no pixel in two of them: full, empty, one pixel and anything. */
const areas: fc.Arbitrary<AnnotationSet> = fc.array(extent.chain(({ width, height }) => fc.record({
  width: fc.constant(width), height: fc.constant(height),
  values: fc.oneof(
    fc.uint8Array({ min: 0, max: classes.length, minLength: width * height, maxLength: width * height }),
    fc.tuple(fc.nat({ max: width * height - 1 }), fc.integer({ min: 1, max: classes.length })).map(([at, value]) => Uint8Array.from({ length: width * height }, (_, i) => (i === at ? value : 0))),
    fc.integer({ min: 0, max: classes.length }).map((value) => new Uint8Array(width * height).fill(value)),
  ),
})), { minLength: 1, maxLength: 4 }).map((pictures) => ({
  classes,
  pictures: pictures.map(({ width, height, values }, i) => {
    const marks = classes.flatMap((className, c) => (values.includes(c + 1) ? [{ className, geometry: encode(values.map((value) => Number(value === c + 1)), width, height) }] : []));
    return { path: `a/p${i}.jpg`, width, height, subject: null, site: null, partition: null, marks: marks.length > 0 ? marks : [{ className: classes[0]!, geometry: emptyMask({ width, height }) }] };
  }),
}));

async function roundTrip(id: string, set: AnnotationSet): Promise<{ readonly read: ReadAnnotations; readonly losses: readonly string[] }> {
  const { files, losses } = await annotationFormat(id).write!(set), source = memorySource(files);
  assert.equal((await detectFormat(source)).id, id);
  return { read: await annotationFormat(id).read!(source, indexPictures(set.pictures)), losses };
}

for (const id of ['masks', 'masks-objects', 'masks-binary', 'nifti', 'coco']) {
  test(`${id}: one mask per class reads back exactly, of odd sizes, with a single pixel, full and empty`, async () => {
    await fc.assert(fc.asyncProperty(areas, async (set) => {
      const { read, losses } = await roundTrip(id, set);
      assert.deepEqual([losses, read.problems], [[], []]);
      assert.deepEqual(read.classes, set.classes);
      // A folder per class names the pictures in another order.
      assert.deepEqual(new Map(read.pictures.map(({ path, marks }) => [path, marks])), new Map(set.pictures.map(({ path, marks }) => [path, marks])));
    }), { numRuns: 60 });
  });
}

for (const id of ['masks-objects', 'coco']) {
  test(`${id}: objects that touch stay apart`, async () => {
    await fc.assert(fc.asyncProperty(areas, fc.constantFrom(4 as const, 8 as const), async ({ pictures }, connectivity) => {
      const set: AnnotationSet = { classes, pictures: pictures.map((picture) => ({ ...picture, marks: picture.marks.flatMap(({ className, geometry }) => {
        const parts = components(geometry as Mask, connectivity);
        return parts.length > 0 ? parts.map((part) => ({ className, geometry: part })) : [{ className, geometry }];
      }) })) };
      const { read, losses } = await roundTrip(id, set);
      assert.deepEqual([losses, read.problems], [[], []]);
      assert.deepEqual(read.pictures.map(({ marks }) => marks), set.pictures.map(({ marks }) => marks));
    }), { numRuns: 40 });
  });
}

const one = (marks: AnnotationSet['pictures'][number]['marks']): AnnotationSet => ({ classes: ['a', 'b'], pictures: [{ path: 'p.png', width: 4, height: 1, subject: null, site: null, partition: null, marks }] });
const mask = (...bits: number[]) => encode(bits, bits.length, 1);

test('what a mask file cannot hold is said: overlap, objects of one class, boxes, classes of whole pictures', async () => {
  const overlapping = one([{ className: 'a', geometry: mask(1, 1, 1, 0) }, { className: 'b', geometry: mask(0, 1, 1, 1) }]);
  for (const [id, kept] of [['masks', false], ['nifti', false], ['masks-objects', false], ['masks-binary', true], ['coco', true]] as const) {
    const { read, losses } = await roundTrip(id, overlapping);
    assert.equal(losses.length === 0, kept, `${id}: ${losses.join(' ')}`);
    if (kept) assert.deepEqual(read.pictures[0]!.marks, overlapping.pictures[0]!.marks);
  }
  const two = one([{ className: 'a', geometry: mask(1, 0, 0, 0) }, { className: 'a', geometry: mask(0, 1, 0, 0) }]);
  for (const id of ['masks', 'nifti', 'masks-binary']) {
    const { read, losses } = await roundTrip(id, two);
    assert.match(losses[0] ?? '', /joined/);
    assert.deepEqual(read.pictures[0]!.marks, [{ className: 'a', geometry: mask(1, 1, 0, 0) }]);
  }
  const others = one([{ className: 'a', geometry: null }, { className: 'a', geometry: { shape: 'box', x1: 0, y1: 0, x2: 2, y2: 1 } }, { className: 'b', geometry: { shape: 'polygon', points: [[0, 0], [2, 0], [2, 1], [0, 1]] } }]);
  const { read, losses } = await roundTrip('masks', others);
  assert.equal(losses.length, 3);
  assert.deepEqual(read.pictures[0]!.marks, [{ className: 'b', geometry: mask(1, 1, 0, 0) }]);
});

async function understood(files: readonly WrittenFile[], ...pictures: readonly { readonly path: string; readonly width: number; readonly height: number }[]) {
  const source = memorySource(files);
  return (await detectFormat(source)).read!(source, indexPictures(pictures));
}

test('a black and white file is one class, whatever its white is called', async () => {
  const read = await understood([{ path: 'x_mask.png', bytes: await writeGreyPng(Uint8Array.of(0, 255, 255, 0), 4, 1) }], { path: 'x.jpg', width: 4, height: 1 });
  assert.deepEqual(read.pictures[0]!.marks, [{ className: 'object', geometry: mask(0, 1, 1, 0) }]);
  assert.deepEqual(read.problems, []);
});

test('a palette with 255 for what does not count is read as PASCAL VOC means it', async () => {
  const read = await understood([{ path: 'x.png', bytes: await writeIndexedPng(Uint8Array.of(0, 255, 15, 2), 4, 1, Array.from({ length: 256 }, () => [9, 9, 9])) }], { path: 'x.jpg', width: 4, height: 1 });
  assert.deepEqual(read.classes, ['class 2', 'class 15', ignoreClass]);
  assert.deepEqual(read.pictures[0]!.marks.at(-1), { className: ignoreClass, geometry: mask(0, 1, 0, 0) });
});

test('numbers beyond those of classes are objects of one class', async () => {
  const read = await understood([{ path: 'x.png', bytes: await writeGreyPng(Uint16Array.of(0, 300, 7, 7), 4, 1) }], { path: 'x.tif', width: 4, height: 1 });
  assert.deepEqual(read.pictures[0]!.marks, [{ className: 'object', geometry: mask(0, 0, 1, 1) }, { className: 'object', geometry: mask(0, 1, 0, 0) }]);
});

test('a list of class names gives the numbers their names', async () => {
  const files = [{ path: 'x.png', bytes: await writeGreyPng(Uint8Array.of(0, 1, 2, 3), 4, 1) }, { path: 'classes.txt', text: '_background_\nnucleus\ndebris\n' }];
  const { classes: names, problems } = await understood(files, { path: 'x.jpg', width: 4, height: 1 });
  assert.deepEqual(names, ['nucleus', 'debris']);
  assert.deepEqual(problems.map(({ kind }) => kind), ['unknown-class']);
});

test('a mask of another size, a broken file and one without a picture are listed, and the others come in', async () => {
  const good = await writeGreyPng(Uint8Array.of(0, 1), 2, 1), picture = (path: string) => ({ path, width: 2, height: 1 });
  const read = await understood([{ path: 'a.png', bytes: good }, { path: 'b.png', bytes: good.subarray(0, 50) }, { path: 'c.png', bytes: await writeGreyPng(Uint8Array.of(0, 1), 1, 2) }, { path: 'd.png', bytes: good }], picture('a.jpg'), picture('b.jpg'), picture('c.jpg'));
  assert.deepEqual(read.problems.map(({ kind, where }) => [kind, where]), [['unreadable', 'b.png'], ['other-size', 'c.png'], ['unknown-picture', 'd.png']]);
  assert.deepEqual(read.pictures.map(({ path }) => path), ['a.jpg']);
});

test('grey PNG files are read as libpng reads them, with every filter, and written so that it reads them', async () => {
  await fc.assert(fc.asyncProperty(extent.chain(({ width, height }) => fc.record({ width: fc.constant(width), height: fc.constant(height), values: fc.uint8Array({ minLength: width * height, maxLength: width * height }) })), async ({ width, height, values }) => {
    const ours = await writeGreyPng(values, width, height), { data } = await decodePicture(ours);
    assert.deepEqual([...data].filter((_, i) => i % (data.length / values.length) === 0), [...values]);
    const rows = Buffer.concat(Array.from({ length: height }, (_, y) => filtered(values, width, y, y % 5)));
    assert.deepEqual([...(await readPng(withData(ours, deflateSync(rows)))).values as Uint8Array], [...values]);
  }), { numRuns: 40 });
});

/** A row as the PNG specification, section 9, filters it: 0 none, 1 sub, 2 up, 3 average, 4 Paeth. */
function filtered(values: Uint8Array, width: number, y: number, filter: number): Uint8Array {
  const at = (x: number, row: number) => (x < 0 || row < 0 ? 0 : values[row * width + x]!);
  return Uint8Array.from({ length: width + 1 }, (_, i) => {
    if (i === 0) return filter;
    const [a, b, c] = [at(i - 2, y), at(i - 1, y - 1), at(i - 2, y - 1)], p = a + b - c;
    const nearest = [a, b, c].reduce((best, value) => (Math.abs(p - value) < Math.abs(p - best) ? value : best));
    return at(i - 1, y) - [0, a, b, Math.floor((a + b) / 2), nearest][filter]!;
  });
}

/** A PNG with other data; the reader does not look at checksums. */
function withData(png: Uint8Array, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([png.subarray(0, 33), length, Buffer.from('IDAT'), data, Buffer.alloc(4), png.subarray(-12)]);
}

test('a NIfTI slice has the header that the standard asks for, and is read in both byte orders and with a slope', async () => {
  const bytes = gunzipSync(await writeNifti(Uint8Array.of(0, 1, 2, 3, 4, 5), 3, 2, [0.5, 0.25])), view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert.deepEqual([view.getInt32(0, true), view.getInt16(42, true), view.getInt16(44, true), view.getInt16(70, true), view.getFloat32(80, true), view.getFloat32(84, true), bytes.toString('latin1', 344, 348)], [348, 3, 2, 2, 0.25, 0.5, 'n+1\0']);
  const big = new Uint8Array(352 + 4), write = new DataView(big.buffer);
  write.setInt32(0, 348);
  [2, 2, 1].forEach((size, i) => { write.setInt16(40 + 2 * i, size); });
  write.setInt16(70, 4);
  write.setFloat32(108, 352);
  write.setFloat32(112, 2);
  write.setInt16(352, 3);
  write.setInt16(354, 0);
  assert.deepEqual([...(await readNifti(big)).values as Uint32Array], [6, 0]);
  write.setFloat32(112, 0.5);
  await assert.rejects(readNifti(big), /labels are whole numbers/);
});

const nuclei = fileURLToPath(new URL(`../../${process.env['FOVEA_TEST_DATA'] ?? '../shared'}/data/nuclei_dsb2018/`, import.meta.url));

test('every nucleus of a real data set comes in as an object, and black and white files as their union', { skip: existsSync(nuclei) ? false : 'the nuclei data set is not there' }, async () => {
  const names = readdirSync(`${nuclei}labels_instance16`).slice(0, 12), counts = new Map(readFileSync(`${nuclei}manifest.csv`, 'utf8').trim().split('\n').map((line) => line.split(',')).map((cells, _, all) => [cells[0]!, Number(cells[all[0]!.indexOf('nuclei')])]));
  const files = (folder: string) => names.map((path): WrittenFile => ({ path, bytes: readFileSync(`${nuclei}${folder}/${path}`) }));
  const pictures = await Promise.all(names.map(async (path) => ({ path, ...await readPng(readFileSync(`${nuclei}labels_instance16/${path}`)) })));
  const objects = await annotationFormat('masks-objects').read!(memorySource(files('labels_instance16')), indexPictures(pictures)), binary = await understood(files('masks_binary'), ...pictures);
  for (const [i, { path, marks }] of objects.pictures.entries()) {
    const expected = [...counts].find(([name]) => name.includes(path.replace(/\.png$/, '')))?.[1];
    assert.equal(marks.length, expected, path);
    assert.equal(marks.reduce((sum, { geometry }) => sum + area(geometry as Mask), 0), area(binary.pictures[i]!.marks[0]!.geometry as Mask), path);
  }
});
