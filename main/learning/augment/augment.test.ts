import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { augment, drawChange, preset, presetIds } from './index.ts';
import type { Change, Pixels } from './index.ts';
import { addNoise, adjustTone, blur, erase, turnHue } from './tone.ts';
import { warp } from './warp.ts';
import { twoViews } from '../pretraining/views.ts';

const still: Change = { mirrored: false, upsideDown: false, angle: 0, crop: { x: 0.5, y: 0.5, width: 1, height: 1 }, elastic: null, gamma: 1, brightness: 1, contrast: 1, saturation: 1, hue: 0, blur: 0, noise: 0, erase: null, grain: 0 };
const picture = (width: number, height: number, channels = 3): Pixels => ({ width, height, channels, data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37 + (i >> 3) * 11) % 256) });
const at = ({ width, channels, data }: Pixels, x: number, y: number) => Array.from(data.subarray((y * width + x) * channels, (y * width + x + 1) * channels));

test('without a change a picture stays bit for bit as it is', () => {
  const original = picture(9, 7);
  deepEqual(augment(original, still, [7, 9]), original);
});

test('mirroring swaps left and right, upside down swaps top and bottom', () => {
  const original = picture(6, 4);
  const mirrored = warp(original, { ...still, mirrored: true }, [4, 6]);
  const turned = warp(original, { ...still, upsideDown: true }, [4, 6]);
  for (let y = 0; y < 4; y++) for (let x = 0; x < 6; x++) {
    deepEqual(at(mirrored, x, y), at(original, 5 - x, y));
    deepEqual(at(turned, x, y), at(original, x, 3 - y));
  }
});

test('a quarter turn moves each pixel of a square to its place', () => {
  const original = picture(5, 5, 1);
  const turned = warp(original, { ...still, angle: Math.PI / 2 }, [5, 5]);
  for (let y = 0; y < 5; y++) for (let x = 0; x < 5; x++) deepEqual(at(turned, x, y), at(original, 4 - y, x));
});

test('a cut at full resolution copies the pixels inside it', () => {
  const original = picture(8, 8);
  const part = warp(original, { ...still, crop: { x: 5 / 8, y: 3 / 8, width: 4 / 8, height: 4 / 8 } }, [4, 4]);
  for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) deepEqual(at(part, x, y), at(original, x + 3, y + 1));
});

test('enlarging interpolates between pixel centres, and outside the mirror image continues', () => {
  const ramp: Pixels = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 100) };
  deepEqual(Array.from(warp(ramp, still, [1, 4]).data), [0, 25, 75, 100]);
  deepEqual(Array.from(warp(ramp, { ...still, crop: { x: 1, y: 0.5, width: 1, height: 1 } }, [1, 2]).data), [100, 100]);
});

test('tone follows its definition, and a grey picture keeps its mean under contrast', () => {
  const pixel: Pixels = { width: 1, height: 1, channels: 3, data: Uint8Array.of(100, 50, 200) };
  const luma = 0.299 * 100 + 0.587 * 50 + 0.114 * 200;
  deepEqual(Array.from(adjustTone(pixel, { brightness: 0.5, contrast: 1, saturation: 1 }).data), [50, 25, 100]);
  deepEqual(Array.from(adjustTone(pixel, { brightness: 1, contrast: 1, saturation: 0 }).data), Array(3).fill(Math.round(luma)));
  const two: Pixels = { width: 2, height: 1, channels: 1, data: Uint8Array.of(60, 100) };
  deepEqual(Array.from(adjustTone(two, { brightness: 1, contrast: 1.5, saturation: 0.2 }).data), [50, 110]);
  deepEqual(Array.from(adjustTone(two, { brightness: 9, contrast: 1, saturation: 1 }).data), [255, 255]);
});

test('blur spreads a point into a Gaussian and leaves an even picture alone', () => {
  const even: Pixels = { width: 9, height: 9, channels: 3, data: new Uint8Array(243).fill(77) };
  deepEqual(blur(even, 1.2), even);
  const data = new Uint8Array(17 * 17);
  data[8 * 17 + 8] = 255;
  const spread = blur({ width: 17, height: 17, channels: 1, data }, 1);
  // Peak of the truncated discrete Gaussian of sigma 1, squared: 0.3991^2 * 255 = 40.6, rounded after each of two passes.
  ok(Math.abs(at(spread, 8, 8)[0]! - 40.6) <= 1);
  deepEqual(at(spread, 7, 8), at(spread, 8, 9));
});

test('noise has the deviation asked for and no mean', () => {
  const even: Pixels = { width: 128, height: 128, channels: 3, data: new Uint8Array(128 * 128 * 3).fill(128) };
  const differences = Float64Array.from(addNoise(even, 8, 5).data, (value) => value - 128);
  const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
  const deviation = Math.sqrt(differences.reduce((a, b) => a + b * b, 0) / differences.length);
  // 49,152 numbers: standard errors 0.036 and 0.026; rounding to bytes adds 1/12 to the variance.
  ok(Math.abs(mean) < 0.2 && Math.abs(deviation - Math.sqrt(64 + 1 / 12)) < 0.15, `${mean} ${deviation}`);
  notDeepEqual(addNoise(even, 8, 6), addNoise(even, 8, 5));
});

test('erasing fills its rectangle with the mean colour and touches nothing else', () => {
  const original = picture(10, 10);
  const erased = erase(original, { left: 0.2, top: 0.4, width: 0.3, height: 0.5 });
  const means = [0, 1, 2].map((c) => Math.round(original.data.reduce((sum, value, i) => sum + (i % 3 === c ? value : 0), 0) / 100));
  for (let y = 0; y < 10; y++) for (let x = 0; x < 10; x++) deepEqual(at(erased, x, y), x >= 2 && x < 5 && y >= 4 && y < 9 ? means : at(original, x, y));
});

test('draws come back with seed, picture and turn, and differ between them', () => {
  const draw = (seed: number, name: string, turn: number) => drawChange(preset('natural'), seed, name, turn);
  deepEqual(draw(1, 'a', 3), draw(1, 'a', 3));
  for (const other of [draw(2, 'a', 3), draw(1, 'b', 3), draw(1, 'a', 4)]) notDeepEqual(other, draw(1, 'a', 3));
});

test('every draw of every preset stays inside its ranges and inside the picture', () => {
  fc.assert(fc.property(fc.constantFrom(...presetIds), fc.nat(), fc.nat(1000), (id, seed, turn) => {
    const ranges = preset(id);
    const change = drawChange(ranges, seed, 'picture', turn);
    const { x, y, width, height } = change.crop;
    ok(x - width / 2 >= -1e-12 && x + width / 2 <= 1 + 1e-12 && y - height / 2 >= -1e-12 && y + height / 2 <= 1 + 1e-12);
    ok(Math.abs(change.angle) <= ((ranges.rotate ?? 0) * Math.PI) / 180);
    ok(Math.abs(change.brightness - 1) <= (ranges.brightness ?? 0));
    if (change.erase) ok(change.erase.left + change.erase.width <= 1 + 1e-12 && change.erase.top + change.erase.height <= 1 + 1e-12);
  }));
});

test('radiographs are never mirrored, and no preset but none leaves a picture as it is', () => {
  const changes = Array.from({ length: 200 }, (_, turn) => drawChange(preset('x-ray'), 1, 'p', turn));
  ok(changes.every((change) => !change.mirrored && !change.upsideDown));
  const original = picture(16, 16);
  for (const id of presetIds) {
    const result = augment(original, drawChange(preset(id), 1, 'p', 0), [16, 16]);
    equal(Buffer.compare(result.data, original.data) === 0, id === 'none', id);
  }
});

test('a turn of the hue by a third of the circle turns red to green, leaves greys, and keeps the sum of the three', () => {
  const red = { width: 2, height: 1, channels: 3, data: Uint8Array.of(200, 20, 20, 90, 90, 90) };
  deepEqual(Array.from(turnHue(red, (2 * Math.PI) / 3).data), [20, 200, 20, 90, 90, 90]);
  const turned = turnHue({ ...red, data: Uint8Array.of(120, 60, 60, 1, 2, 3) }, 0.4).data;
  // Each of the three is rounded to a whole number.
  ok(Math.abs(turned[0]! + turned[1]! + turned[2]! - 240) <= 1.5);
});

test('views of SimSiam lose their colour, change and stay as they are as often as they should', () => {
  const draws = Array.from({ length: 2000 }, (_, turn) => drawChange(twoViews, 3, 'p', turn));
  const share = (of: (change: Change) => boolean) => draws.filter(of).length / draws.length;
  // Four standard errors of a share over 2000 draws are .045 at most.
  ok(Math.abs(share(({ saturation }) => saturation === 0) - 0.2) < 0.045);
  ok(Math.abs(share(({ brightness }) => brightness !== 1) - 0.8) < 0.045);
  ok(Math.abs(share(({ blur: sigma }) => sigma > 0) - 0.5) < 0.045);
  ok(draws.every(({ crop, hue }) => crop.width * crop.height >= 0.19 && Math.abs(hue) <= 0.2 * Math.PI));
});
