// A part of a picture given to a network: the same pixels as if the part had been a file of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePng, frame, prepare } from './index.ts';

const picture = (width: number, height: number, channels: 1 | 3) => ({ width, height, channels, bitDepth: 8 as const, data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7919 + (i >> 3) * 104729) % 256) });
const framing = { size: [7, 7] as [number, number], channels: 3, cropShare: 0.875, interpolation: 'bicubic' as const };

test('a part is framed as a picture of its own', async () => {
  const whole = picture(23, 17, 3), crop = { left: 5, top: 2, width: 11, height: 13 };
  const part = { ...whole, width: 11, height: 13, data: Uint8Array.from({ length: 11 * 13 * 3 }, (_, i) => whole.data[((2 + Math.floor(i / 33)) * 23 + 5) * 3 + (i % 33)]!) };
  assert.deepEqual(await prepare(await encodePng(whole), framing, crop), frame(part, framing));
});

test('a part that reaches out of its picture is refused', async () => {
  await assert.rejects(prepare(await encodePng(picture(8, 8, 1)), framing, { left: 4, top: 0, width: 5, height: 8 }), { key: 'image.crop' });
});
