import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blend, gridStep, origins } from './tile-layout.ts';

const tiled = fc.record({ length: fc.integer({ min: 1, max: 3000 }), tile: fc.constantFrom(128, 256, 512), margin: fc.constantFrom(0, 32, 48) });

test('tiles cover a side, begin on the grid, and give every pixel a weight', () => {
  fc.assert(fc.property(tiled, ({ length, tile, margin: half }) => {
    const margin = half === 48 ? 32 : half;
    const found = origins(length, tile, margin);
    const weights = new Float64Array(length);
    found.forEach((origin, i) => {
      assert.equal(origin % gridStep, 0);
      blend(tile, margin, { first: i === 0, last: i === found.length - 1 }).forEach((weight, p) => { if (origin + p < length) weights[origin + p]! += weight; });
    });
    assert.ok(weights.every((weight) => weight > 0));
  }));
});

test('two neighbours share their margins so that their weights add up to one', () => {
  const [a, b] = [blend(128, 32, { first: true, last: false }), blend(128, 32, { first: false, last: true })];
  const second = origins(192, 128, 32)[1]!;
  for (let p = 0; p < 192; p++) assert.ok(Math.abs((a[p] ?? 0) + (b[p - second] ?? 0) - 1) < 1e-6, `pixel ${p}`);
});

test('margins that leave nothing of a tile are a fault', () => assert.throws(() => origins(300, 128, 64), /nothing left/));
