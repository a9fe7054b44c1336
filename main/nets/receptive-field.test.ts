// How far a network sees, against what changes when one pixel does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEagerEngine } from '../engines/eager/index.ts';
import { build, initialValues, originalUnet, receptiveRadius } from './index.ts';
import type { Network } from './graph.ts';
import { segmenter } from './segmenters.ts';

/** Farthest pixel, along a row, whose output changes when the pixel at `place` does. */
async function reach(network: Network, place: number): Promise<number> {
  const engine = await openEagerEngine(), [height = 0, width = 0, channels = 0] = network.input;
  const runner = await engine.runner({ network, values: initialValues(network, 2, { head: 'uniform' }), outputs: [network.output], precision: 'float32' });
  const row = Math.floor(height / 2), plain = new Float32Array(height * width * channels).map((_, i) => Math.sin(i)), changed = plain.slice();
  changed.fill(50, (row * width + place) * channels, (row * width + place + 1) * channels);
  const [a, b] = [await runner.run({ shape: [1, ...network.input], data: plain }), await runner.run({ shape: [1, ...network.input], data: changed })].map((outputs) => outputs.get(network.output)!.data) as [Float32Array, Float32Array]; // two in, two out
  await engine.close();
  const maps = a.length / (height * width);
  return a.reduce((most, value, i) => (value === b[i] ? most : Math.max(most, Math.abs((Math.floor(i / maps) % width) - place))), 0);
}

test('nothing beyond the radius changes, and it is not much larger than need be', async () => {
  const networks = [
    originalUnet({ classes: 1, input: [32, 384, 1], width: 2, padding: 'same', norms: true }),
    segmenter('resnet20').build({ classes: 1, inputSize: [32, 256] }),
    build('strided', [16, 128, 1], (b) => {
      const x = b.conv('c', 'input', { filters: 2, kernel: 5, pad: 2, stride: 2 }), output = b.resize('r', x, { factor: 2, method: 'bilinear' });
      return { output, stages: [{ name: 'all', end: output }], features: x, gradCam: x, skips: [] };
    }),
  ];
  for (const network of networks) {
    const radius = receptiveRadius(network);
    // Where a pixel lies between the cells of coarse maps counts: some places see farther than others.
    const reaches = await Promise.all([96, 101, 111].map((place) => reach(network, place)));
    const most = Math.max(...reaches);
    assert.ok(most <= radius && most >= 0.6 * radius, `${network.id} reaches ${most} of ${radius}`);
  }
});

test('squeeze-and-excitation looks at everything', () => assert.equal(receptiveRadius(segmenter('efficientnet_b0').build({ classes: 1, inputSize: [64, 64] })), Infinity));
