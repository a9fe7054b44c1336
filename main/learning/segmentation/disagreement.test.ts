// Mirroring moves pixels and nothing else; views that agree are no doubt, views with nothing in common all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { disagreement, mirrored, mirrorings } from './disagreement.ts';

test('a mirrored pixel stands at the other end of its row or column, and twice mirrored is as before', () => {
  const picture = fc.record({ width: fc.integer({ min: 1, max: 7 }), height: fc.integer({ min: 1, max: 6 }), channels: fc.constantFrom(1, 3) })
    .chain((size) => fc.record({ size: fc.constant(size), data: fc.uint8Array({ minLength: size.width * size.height * size.channels, maxLength: size.width * size.height * size.channels }) }));
  fc.assert(fc.property(picture, fc.constantFrom(...mirrorings), ({ size, data }, how) => {
    const { width, height, channels } = size, there = mirrored(data, size, how);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) {
      const [toX, toY] = how === 'across' ? [width - 1 - x, y] : [x, height - 1 - y];
      assert.equal(there[(toY * width + toX) * channels + c], data[(y * width + x) * channels + c]);
    }
    assert.deepEqual(mirrored(there, size, how), data);
  }));
});

test('doubt is one less the mean Dice between every two views', () => {
  const [one, other] = [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(0, 0, 1, 1)];
  assert.equal(disagreement([one, one, one], 1), 0);
  assert.equal(disagreement([one, other], 1), 1);
  // Pairs: 2/3, 1/2 and 2/3.
  assert.ok(Math.abs(disagreement([one, Uint8Array.of(1, 0, 0, 0), Uint8Array.of(1, 0, 0, 1)], 1) - (1 - (2 / 3 + 1 / 2 + 2 / 3) / 3)) < 1e-12); // rounding
  assert.equal(disagreement([new Uint8Array(4), new Uint8Array(4)], 1), 0, 'nothing to be seen, however it is turned');
});
