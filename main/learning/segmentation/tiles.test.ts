// Tiles as training sees them: the weights of gaps are those of the whole picture, and a tile's zoom goes both ways.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openBlobs } from '../../blobs/index.ts';
import { encodePng } from '../../images/index.ts';
import { encode, packLabels } from '../../masks/index.ts';
import { boundaryOptions, boundaryWeights } from './boundary-weights.ts';
import { objectNumbers, parted } from './objects.ts';
import { drawPlace } from './places.ts';
import { maskAugmentation } from './recipe.ts';
import { tileChange } from './tile-change.ts';
import { openTiles } from './tiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-tiles-')), width = 96, height = 64, tile = 32;
after(() => rmSync(folder, { recursive: true, force: true }));

test('a tile knows of the objects beyond its edge, of those that touch, and has the weights of the whole picture', async () => {
  mkdirSync(join(folder, 'blobs'));
  const blobs = openBlobs(join(folder, 'blobs'));
  const blob = await blobs.put(await encodePng({ width, height, channels: 3, data: new Uint8Array(width * height * 3) }));
  // Three bars side by side: two touch, the third is four pixels away.
  const bars = [[20, 40], [40, 60], [64, 80]].map(([from = 0, to = 0]) => encode(Uint8Array.from({ length: width * height }, (_, i) => (i % width >= from && i % width < to && i >= 8 * width && i < 56 * width ? 1 : 0)), width, height));
  const labels = Uint8Array.from({ length: width * height }, (_, i) => (((i % width >= 20 && i % width < 60) || (i % width >= 64 && i % width < 80)) && i >= 8 * width && i < 56 * width ? 1 : 0));
  const numbers = objectNumbers({ width, height, labels }, bars), apart = parted(labels, numbers, width), weights = boundaryWeights(apart, numbers, width, boundaryOptions);
  assert.ok(weights.some((weight) => weight > 10), 'where two bars touch the weight is near its most, 11');

  const examples = Array.from({ length: 12 }, (_, k) => ({ picture: 0, key: `tile ${k}`, place: null }));
  const tiles = openTiles({
    pictures: [{ source: { blob }, labels: packLabels({ width, height, labels }), objects: bars }], examples, blobs: blobs.folder, seed: 3, foreground: 0.5, boundary: boundaryOptions, augmentation: {},
    preprocessing: { size: [tile, tile], channels: 3, cropShare: 1, interpolation: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1], tiles: { scale: 1, margin: 0 } },
  }, 1);
  let heavy = 0;
  for await (const batch of tiles.read([{ members: examples.map((_, k) => k), turn: 0 }])) {
    examples.forEach(({ key }, k) => {
      const [top, left] = drawPlace({ width, height, labels }, { width: tile, height: tile }, 0.5, 3, key, 0);
      for (let i = 0; i < tile * tile; i++) {
        const there = (top + Math.floor(i / tile)) * width + left + (i % tile);
        assert.equal(batch.labels[k * tile * tile + i], apart[there]);
        assert.equal(batch.weights![k * tile * tile + i], weights[there]);
        if (weights[there]! > 5) heavy++;
      }
    });
  }
  await tiles.close();
  assert.ok(heavy > 0, 'some tile has seen a gap');
});

test('tiles are zoomed by up to a sixth both ways, and keep their middle on the picture', () => {
  const labels = new Uint8Array(512 * 512), picture = { width: 512, height: 512, labels };
  const zooms = Array.from({ length: 400 }, (_, turn) => {
    const { crop } = tileChange(picture, { key: 'k', place: null }, turn, { size: [128, 128], augmentation: maskAugmentation('microscopy'), seed: 1, foreground: 0.5 });
    assert.ok(crop.x > 0 && crop.x < 1 && crop.y > 0 && crop.y < 1);
    return (crop.width * 512) / 128;
  });
  const [least, most] = [Math.min(...zooms), Math.max(...zooms)];
  assert.ok(least > 0.83 && least < 0.87 && most > 1.1 && most < 1.17, `${least} to ${most}`);
  const { crop } = tileChange(picture, { key: 'k', place: [64, 32] }, null, { size: [128, 128], augmentation: maskAugmentation('microscopy'), seed: 1, foreground: 0.5 });
  assert.deepEqual(crop, { x: 96 / 512, y: 128 / 512, width: 0.25, height: 0.25 });
});
