// Windows of pictures with 16 bits: every number of the original within the window has its own place from black to white.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode, encodeJpeg, encodePng } from './decode.ts';
import { describe } from './describe.ts';
import { render } from './render.ts';
import { uncompressedTiff } from './testing/tiff.ts';

/** Each of 256 x 256 pixels has another number: 0 to 65535, row by row. */
const every = { width: 256, height: 256, channels: 1 as const, data: Uint16Array.from({ length: 65536 }, (_, value) => value) };
const files = { PNG: await encodePng(every), TIFF: uncompressedTiff(every) };

for (const [format, bytes] of Object.entries(files)) {
  test(`a narrow window of a ${format} shows as many greys as it has numbers, where the whole range shows one`, async () => {
    assert.equal(describe(bytes).bitDepth, 16);
    const greysWithin = async (window: { low: number; high: number } | null) => new Set((await decode((await render(bytes, null, window)).bytes)).data.slice(30_000, 30_101)).size;
    assert.equal(await greysWithin({ low: 30_000, high: 30_100 }), 101);
    // 101 of 65,536 numbers are less than one of 256 steps, which they may straddle.
    assert.ok(await greysWithin(null) <= 2);
  });
}

test('a window is rendered as its formula says: it rises evenly, and ends clipped', async () => {
  const end = fc.integer({ min: -65535, max: 131070 });
  await fc.assert(fc.asyncProperty(fc.uniqueArray(end, { minLength: 2, maxLength: 2 }).map((ends) => ends.sort((a, b) => a - b)), async ([low = 0, high = 0]) => {
    const { bytes, type, values } = await render(files.TIFF, null, { low, high });
    const { data, bitDepth, channels } = await decode(bytes);
    assert.deepEqual([type, bitDepth, channels, values], ['image/png', 8, 1, { low: 0, high: 65535 }]);
    data.forEach((shown, value) => {
      const exact = Math.min(255, Math.max(0, (value - low) / (high - low) * 255));
      // Half a step of rounding; the rest is float64 noise of a tie.
      if (Math.abs(shown - exact) > 0.5 + 1e-9) assert.fail(`${value} in ${low}-${high} is ${exact}, and was shown as ${shown}`);
      if (value > 0 && shown < data[value - 1]!) assert.fail(`${value} is darker than ${value - 1} in ${low}-${high}`);
    });
  }), { numRuns: 25 });
});

test('each channel of a colour picture is shown in the same window, and a picture scaled down is too', async () => {
  const colour = { width: 64, height: 2, channels: 3 as const, data: Uint16Array.from({ length: 384 }, (_, at) => [1000, 1250, 1400][at % 3]!) };
  const shown = async (side: number | null) => decode((await render(uncompressedTiff(colour), side, { low: 1100, high: 1300 })).bytes);
  for (const side of [null, 16]) {
    const { data, width, channels } = await shown(side);
    assert.deepEqual([width, channels], [side ?? 64, 3]);
    assert.deepEqual(new Set(Array.from({ length: data.length / 3 }, (_, at) => data.slice(3 * at, 3 * at + 3).join())), new Set(['0,191,255']));
  }
});

test('only 16 bits tell their range; 8 bits have a window of their own numbers, without the losses of a JPEG', async () => {
  const grey = { width: 16, height: 16, channels: 1 as const, data: Uint8Array.from({ length: 256 }, (_, value) => value) };
  const bright = await render(await encodePng(grey), null, { low: 100, high: 151 });
  assert.equal(bright.values, undefined);
  assert.deepEqual([...(await decode(bright.bytes)).data.slice(99, 153)], [0, ...Array.from({ length: 52 }, (_, step) => step * 5), 255]);
  const jpeg = await encodeJpeg(grey, 90);
  assert.deepEqual([(await render(jpeg, null)).type, (await render(jpeg, null, { low: 0, high: 10 })).type], ['image/jpeg', 'image/png']);
});

test('a picture of one number has a range without width, and is shown black', async () => {
  const { bytes, values } = await render(await encodePng({ ...every, data: new Uint16Array(65536).fill(777) }), null);
  assert.deepEqual([values, new Set((await decode(bytes)).data)], [{ low: 777, high: 777 }, new Set([0])]);
});
