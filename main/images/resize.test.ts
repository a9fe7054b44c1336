import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generatedPicture } from '../../testdata/oracle/generator.ts';
import { oracleFile } from '../../testdata/oracle/index.ts';
import { withChannels } from './channels.ts';
import { centre, frame } from './prepare.ts';
import { resize, wholeAt, type Interpolation } from './resize.ts';

interface Case { readonly first8_rgb_rgb_rg: readonly number[]; readonly center_rgb: readonly number[]; readonly last_rgb: readonly number[]; readonly mean: number; readonly resized_height_width?: readonly number[] }
const normalised = 'pillow bilinear 256/224, /255, ImageNet mean/std, channel 0 first4, channel 2 last4';
type Cases = Readonly<Record<string, Case>> & { readonly height_width: readonly [number, number]; readonly 'pillow luma L': { readonly first8: readonly number[] }; readonly [normalised]: readonly [readonly number[], readonly number[]] };
// The file is our own and fixed; its README gives this shape.
const { pictures } = oracleFile('resize.json') as { readonly pictures: Readonly<Record<string, Cases>> };

/** Largest difference over the pixels that the oracle lists, and of the mean over all. */
function differences(pixels: Uint8Array, expected: Case, side = 224): { readonly pixel: number; readonly mean: number } {
  const middle = (Math.floor(side / 2) * side + Math.floor(side / 2)) * 3;
  const listed = [...pixels.subarray(0, 8), ...pixels.subarray(middle, middle + 3), ...pixels.subarray(-3)];
  const wanted = [...expected.first8_rgb_rgb_rg, ...expected.center_rgb, ...expected.last_rgb];
  return {
    pixel: Math.max(...listed.map((value, i) => Math.abs(value - wanted[i]!))),
    mean: Math.abs(pixels.reduce((sum, value) => sum + value, 0) / pixels.length - expected.mean),
  };
}

for (const [name, cases] of Object.entries(pictures)) {
  const [height, width] = cases.height_width;
  const picture = { width, height, channels: 3, bitDepth: 8, data: generatedPicture(name, height, width) } as const;

  test(`${name}: resized to 224 x 224 it equals Pillow bit for bit`, () => {
    for (const interpolation of ['bilinear', 'bicubic', 'lanczos'] as const) {
      const { pixel, mean } = differences(resize(picture, wholeAt(224, 224), interpolation), cases[`pillow ${interpolation} to 224x224`]!);
      // The mean over all 150,528 numbers is given with 7 digits.
      assert.ok(pixel === 0 && mean < 1e-4, `${interpolation}: ${pixel}, ${mean}`);
    }
  });

  test(`${name}: short side 256 and centre 224 equals torchvision's transforms on Pillow bit for bit`, () => {
    for (const interpolation of ['bilinear', 'bicubic'] as const) {
      const expected = cases[`pillow ${interpolation} short side 256, center crop 224`]!;
      const { pixel, mean } = differences(frame(picture, { size: [224, 224], channels: 3, cropShare: 0.875, interpolation }), expected);
      assert.ok(pixel === 0 && mean < 1e-4, `${interpolation}: ${pixel}, ${mean}`);
      const { scaledHeight, scaledWidth } = centre(picture, 224, 224, 0.875);
      assert.deepEqual([scaledHeight, scaledWidth], expected.resized_height_width);
    }
  });

  test(`${name}: it stays within 1 of an antialiased resize in floats`, () => {
    for (const interpolation of ['bilinear', 'bicubic'] as const) {
      // Rounding after each of the two passes: at most a half from the first, weighed, and a half from the second.
      assert.ok(differences(resize(picture, wholeAt(224, 224), interpolation), cases[`float ${interpolation} antialias to 224x224`]!).pixel <= 1);
    }
  });

  test(`${name}: normalised, it equals what torchvision gives a network`, () => {
    const pixels = frame(picture, { size: [224, 224], channels: 3, cropShare: 0.875, interpolation: 'bilinear' });
    const [first, last] = cases[normalised];
    const value = (at: number, mean: number, deviation: number) => (pixels[at]! / 255 - mean) / deviation;
    const found = [...[0, 3, 6, 9].map((at) => value(at, 0.485, 0.229)), ...[12, 9, 6, 3].map((back) => value(pixels.length - back + 2, 0.406, 0.225))];
    // float32 there, and 7 digits.
    [...first, ...last].forEach((wanted, i) => assert.ok(Math.abs(found[i]! - wanted) < 1e-6));
  });

  test(`${name}: grey is Pillow's luma`, () => {
    assert.deepEqual([...withChannels(picture.data, 3, 1).subarray(0, 8)], cases['pillow luma L'].first8);
  });
}

const side = fc.integer({ min: 1, max: 40 });
const interpolation = fc.constantFrom<Interpolation>('bilinear', 'bicubic', 'lanczos', 'nearest');
const source = fc.tuple(side, side, fc.constantFrom(1, 2, 3)).chain(([width, height, channels]) =>
  fc.uint8Array({ minLength: width * height * channels, maxLength: width * height * channels }).map((data) => ({ width, height, channels, data })));

test('a window holds exactly those pixels that the whole picture would have there', () => {
  fc.assert(fc.property(source, side, side, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), interpolation, (plane, scaledHeight, scaledWidth, [a, b, c, d], kind) => {
    const top = Math.floor(a! * (scaledHeight - 1)), left = Math.floor(b! * (scaledWidth - 1));
    const height = 1 + Math.floor(c! * (scaledHeight - 1 - top)), width = 1 + Math.floor(d! * (scaledWidth - 1 - left));
    const whole = resize(plane, wholeAt(scaledHeight, scaledWidth), kind);
    const rows = Array.from({ length: height }, (_, y) => [...whole.subarray(((top + y) * scaledWidth + left) * plane.channels, ((top + y) * scaledWidth + left + width) * plane.channels)]);
    assert.deepEqual([...resize(plane, { scaledHeight, scaledWidth, top, left, height, width }, kind)], rows.flat());
  }), { numRuns: 300 });
});

test('a picture at its own size is a copy, and a flat picture stays flat at any size', () => {
  fc.assert(fc.property(source, side, side, interpolation, (plane, height, width, kind) => {
    assert.deepEqual(resize(plane, wholeAt(plane.height, plane.width), kind), plane.data);
    const flat = { ...plane, data: plane.data.fill(plane.data[0]!) };
    assert.ok(resize(flat, wholeAt(height, width), kind).every((value) => value === flat.data[0]));
  }));
});

test('nearest takes the pixel under the centre of each output pixel, as Pillow does', () => {
  const row = { width: 5, height: 1, channels: 1, data: Uint8Array.of(10, 20, 30, 40, 50) };
  // PIL.Image.resize((n, 1), NEAREST)
  assert.deepEqual([...resize(row, wholeAt(1, 3), 'nearest')], [10, 30, 50]);
  assert.deepEqual([...resize(row, wholeAt(1, 2), 'nearest')], [20, 40]);
  assert.deepEqual([...resize(row, wholeAt(1, 8), 'nearest')], [10, 10, 20, 30, 30, 40, 50, 50]);
});

test('the window of a long picture lies in its middle, and a size that is not square is just covered', () => {
  assert.deepEqual(centre({ width: 1000, height: 500 }, 224, 224, 0.875), { scaledHeight: 256, scaledWidth: 512, top: 16, left: 144, height: 224, width: 224 });
  assert.deepEqual(centre({ width: 100, height: 100 }, 100, 200, 1), { scaledHeight: 200, scaledWidth: 200, top: 50, left: 0, height: 100, width: 200 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), side, side, fc.double({ min: 0.3, max: 1, noNaN: true }), (width, height, outHeight, outWidth, share) => {
    const window = centre({ width, height }, outHeight, outWidth, share);
    assert.ok(window.top >= 0 && window.left >= 0 && window.top + outHeight <= window.scaledHeight && window.left + outWidth <= window.scaledWidth);
  }));
});
