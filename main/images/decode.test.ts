import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { sharedData } from '../../testdata/shared.ts';
import { decode, encodeJpeg, encodePng, encodeWebp } from './decode.ts';
import { describe } from './describe.ts';
import type { Picture } from './picture.ts';
import { thumbnail, render } from './render.ts';

const samples = sharedData('data/format_samples');
const sample = (name: string) => readFileSync(join(samples.path, name));
// Written by testdata/images/make_pillow.py.
const pillow = (JSON.parse(readFileSync(new URL('../../testdata/images/pillow.json', import.meta.url), 'utf8')) as { readonly pictures: Readonly<Record<string, string | null>> }).pictures;

/** Files that Pillow reads and Fovea refuses, each for a reason. */
const refused: Readonly<Record<string, string>> = {
  'pillow_bad/bmp_b_badrle.bmp': 'image.corrupt', // runs beyond the edge; Pillow fills up
  'pillow_bad/hopper_rle8_row_overflow.bmp': 'image.corrupt',
  'pillow_bad/hopper_bad_exif.jpg': 'image.corrupt', // 1,214 bytes lost inside the pixels; Pillow does not look at libjpeg's warnings
  'pillow_bad/old-style-jpeg-compression.tif': 'image.unsupported',
  'pillow_ok_tiff/hopper.Lab.tif': 'image.unsupported',
  'pillow_ok_tiff/lab.tif': 'image.unsupported',
  'pillow_ok_tiff/hopper_lzma.tif': 'image.unsupported',
  'pillow_ok_tiff/12bit.cropped.tif': 'image.unsupported',
  'pillow_ok_tiff/8bit.s.tif': 'image.unsupported', // signed
  'pillow_ok_tiff/tiff_tiled_planar_lzw.tiff': 'image.unsupported',
  'pngsuite/xcsn0g01.png': 'image.corrupt', // wrong checksum of the pixels
};
/** Not comparable: Pillow cuts 16-bit colour and transparency to 8 bits first, gives masks and palettes of grey one channel, counts APNG and MPO frames. */
function comparable(name: string, picture: Picture): boolean {
  return !/apng|sugarshack.mpo|21_manual1|pal1.bmp|rgb16.bmp|16bit_RGBa|a16.png/.test(name) && (picture.bitDepth === 8 || picture.channels === 1);
}

function summary({ width, height, channels, bitDepth, data }: Picture, frames: number): string {
  return `${width}x${height}x${channels} ${bitDepth} bit, ${frames}, ${createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex').slice(0, 16)}`;
}

test('every sample decodes to the very pixels of Pillow, upright, or is refused by name', { skip: samples.skip }, async () => {
  let equal = 0;
  for (const [name, expected] of Object.entries(pillow)) {
    const bytes = sample(name);
    const picture = await decode(bytes).catch((error: unknown) => error);
    if (picture instanceof StudioError) {
      assert.equal(picture.code, 'unreadable', name);
      if (expected !== null) assert.equal(picture.key, refused[name], `${name}: ${picture.message}`);
      continue;
    }
    if (picture instanceof Error) throw picture;
    const read = picture as Picture, facts = describe(bytes);
    assert.deepEqual([read.width, read.height, read.bitDepth], [facts.width, facts.height, facts.bitDepth], name);
    if (expected === null || !comparable(name, read)) continue;
    assert.equal(summary(read, facts.frames), expected, name);
    equal++;
  }
  assert.ok(equal >= 220, `${equal} pictures compared`);
});

test('all eight EXIF orientations give the same upright picture', { skip: samples.skip }, async () => {
  for (const kind of ['Landscape', 'Portrait']) {
    const upright = await decode(sample(`exif_orientation/${kind}_1.jpg`));
    for (let orientation = 2; orientation <= 8; orientation++) {
      const turned = await decode(sample(`exif_orientation/${kind}_${orientation}.jpg`));
      assert.deepEqual([turned.width, turned.height], [upright.width, upright.height]);
      // Each file was compressed anew: the same picture, not the same numbers. A wrong orientation differs by 30 and more.
      let sum = 0;
      for (let i = 0; i < turned.data.length; i++) sum += Math.abs(turned.data[i]! - upright.data[i]!);
      const difference = sum / turned.data.length;
      assert.ok(difference < 4, `${kind} ${orientation}: mean difference ${difference}`);
    }
  }
});

const gradient = (width: number, height: number, channels: 1 | 3): Picture & { data: Uint8Array } =>
  ({ width, height, channels, bitDepth: 8, data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7) % 256) });

test('PNG keeps every number, with 8 and 16 bits, grey and colour', async () => {
  for (const channels of [1, 3] as const) {
    const eight = gradient(13, 7, channels);
    assert.deepEqual(await decode(await encodePng(eight)), eight);
    const sixteen = { ...eight, bitDepth: 16, data: Uint16Array.from({ length: eight.data.length }, (_, i) => (i * 7919) % 65536) } as const;
    assert.deepEqual(await decode(await encodePng(sixteen)), sixteen);
  }
});

test('JPEG and WebP keep grey grey, as far as the format can', async () => {
  const grey = gradient(32, 32, 1);
  assert.equal((await decode(await encodeJpeg(grey, 90))).channels, 1);
  const webp = await decode(await encodeWebp(grey, 90));
  assert.deepEqual([webp.channels, webp.width, webp.height], [3, 32, 32]);
});

test('what is served carries no metadata, keeps its proportions and is never enlarged', { skip: samples.skip }, async () => {
  const original = sample('exif_orientation/Landscape_6.jpg');
  assert.ok(original.includes('Exif\0\0'));
  const small = await thumbnail(original, 200), large = await render(original, 4000), full = await render(original, null);
  for (const { bytes } of [small, large, full]) for (const mark of ['Exif', 'EXIF', 'http://ns.adobe.com', 'ICC_PROFILE']) assert.ok(!Buffer.from(bytes).includes(mark), mark);
  assert.deepEqual([small.type, large.type], ['image/webp', 'image/jpeg']);
  assert.deepEqual([describe(small.bytes).width, describe(small.bytes).height], [200, 133]);
  assert.deepEqual([describe(large.bytes).width, describe(full.bytes).height], [1800, 1200]);
  const lossless = await render(sample('derived_16bit/ct1_unc_16bit_gray.png'), null);
  const shown = await decode(lossless.bytes);
  assert.deepEqual([lossless.type, shown.bitDepth, shown.data.includes(0), shown.data.includes(255)], ['image/png', 8, true, true]);
});
