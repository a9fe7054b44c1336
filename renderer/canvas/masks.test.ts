// The layer of masks and its drawing: what is changed is what is repainted, and every view pixel shows the picture pixel under it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { covers, encode } from '#contract/masks/runs.ts';
import { MaskLayers } from './mask-layers.ts';
import type { LayerObject } from './mask-layers.ts';
import { paintMasks } from './mask-painting.ts';

const width = 17, height = 12;
const mask = fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }).map((bits) => encode(bits, width, height));
const object = fc.record<LayerObject>({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), classId: fc.constantFrom('x', 'y'), color: fc.nat({ max: 9 }), mask, proposed: fc.boolean() });
const states = fc.array(fc.uniqueArray(object, { maxLength: 5, selector: ({ id }) => id }), { minLength: 1, maxLength: 5 });

test('after any changes the object on top of a pixel is the last that covers it', () => {
  fc.assert(fc.property(states, (history) => {
    const layers = new MaskLayers({ width, height });
    for (const objects of history) {
      layers.sync(objects);
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) assert.equal(layers.under(x, y)?.id, layers.objects.findLast((one) => covers(one.mask, x, y))?.id);
      assert.deepEqual(layers.objects.map(({ id }) => id).sort(), objects.map(({ id }) => id).sort());
    }
  }));
});

test('the same masks again change nothing', () => {
  fc.assert(fc.property(fc.uniqueArray(object, { maxLength: 5, selector: ({ id }) => id }), (objects) => {
    const layers = new MaskLayers({ width, height });
    layers.sync(objects);
    assert.equal(layers.sync(objects.map((one) => ({ ...one }))), null);
  }));
});

test('a part that is drawn by itself is what the whole view shows there', () => {
  const part = fc.record({ x1: fc.nat({ max: 40 }), y1: fc.nat({ max: 30 }), w: fc.integer({ min: 1, max: 20 }), h: fc.integer({ min: 1, max: 20 }) });
  const look = { fill: 0.4, outlineOnly: false, colors: Array.from({ length: 10 }, (_, i) => i * 0x10203), selected: 1 };
  fc.assert(fc.property(fc.uniqueArray(object, { maxLength: 4, selector: ({ id }) => id }), fc.double({ min: 0.3, max: 4, noNaN: true }), part, fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }), fc.boolean(), (objects, zoom, { x1, y1, w, h }, bits, erases) => {
    const layers = new MaskLayers({ width, height }), viewport = { zoom, x: 3.4, y: -2.2 }, whole = { x1: 0, y1: 0, x2: 60, y2: 50 }, some = { x1, y1, x2: Math.min(60, x1 + w), y2: Math.min(50, y1 + h) };
    layers.sync(objects);
    const draw = (where: typeof whole) => {
      const pixels = new Uint32Array((where.x2 - where.x1) * (where.y2 - where.y1)).fill(0xdeadbeef);
      paintMasks(pixels, where, viewport, layers, { ...look, stroke: { bits, color: 3, erases } });
      return pixels;
    };
    const [all, piece] = [draw(whole), draw(some)];
    piece.forEach((pixel, i) => assert.equal(pixel, all[(some.y1 + Math.floor(i / (some.x2 - some.x1))) * 60 + some.x1 + i % (some.x2 - some.x1)]));
    // Beside the picture there is nothing but the dark rim of what reaches its edge.
    for (let i = 0; i < all.length; i++) {
      const [px, py] = [(i % 60 + 0.5 - viewport.x) / zoom, (Math.floor(i / 60) + 0.5 - viewport.y) / zoom];
      if (px < -1.5 / zoom || py < -1.5 / zoom || px > width + 1.5 / zoom || py > height + 1.5 / zoom) assert.equal(all[i], 0);
    }
  }), { numRuns: 60 });
});

test('inside an object its fill is seen, on its rim its line, and a proposal is dashed and not filled', () => {
  const layers = new MaskLayers({ width, height }), full = encode(new Uint8Array(width * height).fill(1), width, height);
  const draw = (proposed: boolean) => {
    layers.sync([{ id: 'a', classId: 'x', color: 0, mask: full, proposed }]);
    const pixels = new Uint32Array(width * height * 16);
    paintMasks(pixels, { x1: 0, y1: 0, x2: width * 4, y2: height * 4 }, { zoom: 4, x: 0, y: 0 }, layers, { fill: 0.5, outlineOnly: false, colors: [0x102030], selected: 0, stroke: null });
    return pixels;
  };
  const at = (pixels: Uint32Array, x: number, y: number) => pixels[y * width * 4 + x]!.toString(16);
  assert.deepEqual([at(draw(false), 30, 20), at(draw(false), 30, 0), at(draw(false), 30, 1)], ['80302010', 'ff302010', 'ff302010']);
  const proposal = draw(true), rim = new Set(Array.from({ length: 40 }, (_, x) => at(proposal, x + 10, 0)));
  assert.equal(at(proposal, 30, 20), '302010');
  assert.deepEqual([...rim].sort(), ['99000000', 'ff302010']);
});
