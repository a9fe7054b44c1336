// A whole picture from tiles: no seams where margins reach as far as the network sees.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEagerEngine } from '../../engines/eager/index.ts';
import { initialValues, originalUnet } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import { stitched } from './stitch.ts';

/** Pixels that an output of the U-Net sees on each side: two 3x3 convolutions at each of the steps 1, 2, 4, 8, 16, 8, 4, 2, 1, and max pools of two. */
const reach = 2 * (1 + 2 + 4 + 8 + 16 + 8 + 4 + 2 + 1) + 1 + 2 + 4 + 8;

test('blended tiles give what the whole picture gives, to less than a thousandth', async () => {
  const width = 448, height = 256, margin = 160, tile = 384, maps = 2;
  // Nearer to an inner edge than half a margin a pixel of a tile counts nothing. What lies between that and the reach is seen through many kernels, and weighs next to nothing.
  assert.ok(margin / 2 < reach && margin > reach);
  const engine = await openEagerEngine();
  const network = (size: readonly [number, number]) => originalUnet({ classes: maps, input: [...size, 1], width: 2, padding: 'same', norms: true });
  const draw = stream(1, 'stitch');
  const picture = { width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => 128 + 100 * Math.sin(i / 37) * Math.cos(Math.floor(i / width) / 11) + 20 * draw.uniform(i)) };
  const preprocessing = (size: [number, number], own: number) => ({ size, channels: 1, cropShare: 1, interpolation: 'bilinear' as const, mean: [0.5], std: [0.5], tiles: { scale: 1, margin: own } });
  const run = async (size: [number, number], own: number) => {
    const one = network(size), runner = await engine.runner({ network: one, values: initialValues(one, 3, { head: 'uniform' }), outputs: [one.output], precision: 'float32' });
    const probabilities = await stitched(runner, one.output, picture, preprocessing(size, own));
    await runner.close();
    return probabilities;
  };
  const whole = await run([height, width], 0), tiles = await run([height, tile], margin);
  await engine.close();
  let worst = 0, spread = 0;
  for (let i = 0; i < whole.length; i++) {
    worst = Math.max(worst, Math.abs(whole[i]! - tiles[i]!));
    spread = Math.max(spread, Math.abs(whole[i]! - whole[0]!));
  }
  assert.ok(spread > 0.05, `the network says something: ${spread}`);
  assert.ok(worst < 1e-3, `a seam of ${worst}`);
});

test('probabilities of every pixel sum to one, also where a picture is smaller than a tile', async () => {
  const engine = await openEagerEngine({ kind: 'cpu' });
  const network = originalUnet({ classes: 3, input: [32, 32, 1], width: 1, padding: 'same', norms: true });
  const runner = await engine.runner({ network, values: initialValues(network, 1, { head: 'uniform' }), outputs: [network.output], precision: 'float32' });
  const picture = { width: 21, height: 9, channels: 1, data: Uint8Array.from({ length: 21 * 9 }, (_, i) => i) };
  const probabilities = await stitched(runner, network.output, picture, { size: [32, 32], channels: 1, cropShare: 1, interpolation: 'bilinear', mean: [0.5], std: [0.5], tiles: { scale: 1, margin: 0 } });
  await engine.close();
  assert.equal(probabilities.length, 21 * 9 * 3);
  for (let pixel = 0; pixel < 21 * 9; pixel++) assert.ok(Math.abs(probabilities[3 * pixel]! + probabilities[3 * pixel + 1]! + probabilities[3 * pixel + 2]! - 1) < 1e-5);
});
