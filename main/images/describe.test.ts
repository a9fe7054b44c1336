import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import { sharedData } from '../../testdata/shared.ts';
import { decode, encodeJpeg, encodePng, encodeWebp } from './decode.ts';
import { describe } from './describe.ts';

const samples = sharedData('data/format_samples');
const dicom = sharedData('data/dicom_samples/pydicom');
const sample = (name: string) => readFileSync(join(samples.path, name));

function keyOf(bytes: Uint8Array): string {
  try {
    describe(bytes);
    return 'taken';
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return error.key;
  }
}

/** A PNG header that claims a size, with no pixels behind it. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = Buffer.alloc(25);
  chunk.writeUInt32BE(13, 0);
  chunk.write('IHDR', 4, 'latin1');
  chunk.writeUInt32BE(width, 8);
  chunk.writeUInt32BE(height, 12);
  chunk.set([8, 2, 0, 0, 0], 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 21)), 21);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk]);
}

test('each kind of file that cannot be taken has its own reason', () => {
  const text = (words: string) => Buffer.from(words, 'latin1');
  assert.equal(keyOf(new Uint8Array(0)), 'image.empty');
  assert.equal(keyOf(text('patient,age\n1,40\n')), 'image.not-a-picture');
  assert.equal(keyOf(text('BMI of all patients, see table')), 'image.not-a-picture');
  assert.equal(keyOf(text('<?xml version="1.0"?>\n<!-- drawn --><svg width="4"></svg>')), 'image.unsupported');
  assert.equal(keyOf(text('%PDF-1.7')), 'image.unsupported');
  assert.equal(keyOf(text('PK\x03\x04')), 'image.unsupported');
  assert.equal(keyOf(text('\x89PNG\n\x1a\n')), 'image.corrupt');
  assert.equal(keyOf(text('\x89PNG\r\n\x1a\n')), 'image.truncated');
  assert.equal(keyOf(text('\xff\xd8\xff')), 'image.truncated');
});

test('medical files say what they are and what to do', { skip: samples.skip || dicom.skip }, () => {
  for (const [file, word] of [[join(dicom.path, 'CT_small.dcm'), 'DICOM'], [join(samples.path, 'nifti/anatomical.nii'), 'NIfTI'], [join(samples.path, 'nifti/standard.nii.gz'), 'gzip']] as const) {
    assert.throws(() => describe(readFileSync(file)), (error) => error instanceof StudioError && error.key === 'image.unsupported' && error.message.includes(word) && /Export|export/.test(error.message));
  }
});

test('a header that claims 50,000 x 50,000 pixels is refused with its size, before anything is allocated', () => {
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => describe(pngHeader(50_000, 50_000)), (error) => error instanceof StudioError && error.key === 'image.too-large' && error.message.includes('50000 x 50000') && error.message.includes('2,500 million'));
  assert.ok(process.memoryUsage().arrayBuffers - before < 1e6);
  assert.equal(keyOf(pngHeader(16_383, 16_383)), 'image.truncated');
  assert.equal(keyOf(pngHeader(16_384, 16_383)), 'image.too-large');
  assert.equal(keyOf(pngHeader(0, 10)), 'image.corrupt');
});

test('pixel spacing is told only where the file really knows it', { skip: samples.skip }, () => {
  const spacing = (name: string) => describe(sample(name)).pixelSpacing?.map((value) => Number(value.toPrecision(5))) ?? null;
  // JFIF, 300 dots per inch; EXIF's 72 means "not known"; PNG in metres at 72; TIFF without a unit.
  assert.deepEqual(spacing('pillow_ok_jpeg/rgb.jpg'), [0.084667, 0.084667]);
  assert.equal(spacing('pillow_ok_jpeg/flower2.jpg'), null);
  assert.equal(spacing('pillow_ok_other/hopper.png'), null);
  assert.equal(spacing('pillow_ok_tiff/hopper_gray_4bpp.tif'), null);
  // ImageJ: 6.25 pixels per micron.
  assert.deepEqual(spacing('microscopy_tiff_piximi/16b_4c_neuron-composite.tif'), [0.00016, 0.00016]);
  // PNG, 1,000 pixels per metre.
  assert.deepEqual(spacing('pngsuite/cdun2c08.png'), [1, 1]);
});

test('a turned picture is described upright, with its spacing turned too', async () => {
  const jpeg = Buffer.from(await encodeJpeg({ width: 40, height: 20, channels: 1, data: new Uint8Array(800) }, 90));
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0MM\0*\0\0\0\x08', 'latin1'), Buffer.from('0004', 'hex'),
    Buffer.from('0112' + '0003' + '00000001' + '00060000', 'hex'), Buffer.from('011a' + '0005' + '00000001' + '0000003e', 'hex'),
    Buffer.from('011b' + '0005' + '00000001' + '00000046', 'hex'), Buffer.from('0128' + '0003' + '00000001' + '00030000', 'hex'), Buffer.from('00000000', 'hex'),
    Buffer.from('00000064' + '00000001' + '000000c8' + '00000001', 'hex'),
  ]);
  const segment = Buffer.concat([Buffer.from('ffe1', 'hex'), Buffer.from([(exif.length + 2) >> 8, (exif.length + 2) & 255]), exif]);
  // Without JFIF, whose density would come first.
  const app0 = jpeg.readUInt16BE(4) + 4;
  const turned = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(app0)]);
  const { width, height, pixelSpacing } = describe(turned);
  const rounded = pixelSpacing?.map((value) => Number(value.toFixed(9)));
  // 100 and 200 pixels per centimetre along x and y of the stored picture.
  assert.deepEqual([width, height, rounded], [20, 40, [0.1, 0.05]]);
});

test('a file cut anywhere is refused, or is whole', async () => {
  const pixels = { width: 61, height: 47, channels: 3, data: Uint8Array.from({ length: 61 * 47 * 3 }, (_, i) => (i * i) >>> 5) } as const;
  const files: [string, Uint8Array][] = [['png', await encodePng(pixels)], ['jpeg', await encodeJpeg(pixels, 85)], ['webp', await encodeWebp(pixels, 85)]];
  if (!samples.skip) for (const name of ['pillow_ok_other/hopper.gif', 'pillow_ok_other/hopper.bmp', 'pillow_ok_other/bmp_g_pal8rle.bmp', 'pillow_ok_tiff/hopper_lzw.tif', 'pillow_ok_tiff/hopper_jpg.tif', 'pillow_ok_tiff/hopper_bigtiff.tif']) files.push([name, sample(name)]);
  for (const [name, bytes] of files) {
    const whole = await decode(bytes);
    for (let part = 0; part < 64; part++) {
      const length = Math.floor(bytes.length * part / 64);
      const found = await decode(bytes.subarray(0, length)).catch((error: unknown) => error);
      if (found instanceof StudioError) assert.ok(['image.empty', 'image.truncated', 'image.corrupt', 'image.not-a-picture'].includes(found.key), `${name} at ${length}: ${found.key}`);
      else assert.deepEqual(found, whole, `${name} at ${length} of ${bytes.length}`);
    }
  }
});

test('no damage to a header makes anything but a typed refusal', () => {
  const starts = samples.skip ? [pngHeader(3, 3)] : ['pillow_ok_other/hopper.gif', 'pillow_ok_other/hopper.bmp', 'pillow_ok_tiff/hopper_lzw.tif', 'pillow_ok_tiff/hopper_bigtiff.tif', 'pillow_ok_webp/iss634.webp', 'pillow_ok_jpeg/hopper.jpg', 'pngsuite/basn6a16.png'].map(sample);
  fc.assert(fc.property(fc.constantFrom(...starts), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 12 }), (bytes, changes) => {
    const damaged = Uint8Array.from(bytes);
    for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
    keyOf(damaged);
  }), { numRuns: 3000 });
});
