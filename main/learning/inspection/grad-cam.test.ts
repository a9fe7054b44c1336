// Gradients at the last map of a network with hidden dense layers, as in AlexNet and VGG, against finite differences of its logits.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { openEngine } from '../../engines/index.ts';
import { INPUT } from '../../nets/graph.ts';
import { build } from '../../nets/build.ts';
import { initialValues } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import { openMapGradients, weightedMap } from './grad-cam.ts';

const rows = 4, channels = 5, classes = 3;
/** A sigmoid has no kinks that a difference could step over. */
const network = build('toy', [2 * rows, 2 * rows, 3], (b) => {
  const map = b.act('map', b.conv('conv', INPUT, { filters: channels, kernel: 3, stride: 2, pad: 1, bias: true }), 'sigmoid');
  const hidden = b.act('hidden', b.dense('fc1', b.flatten('flatten', map), 7), 'sigmoid');
  return { output: b.dense('fc2', hidden, classes), stages: [{ name: 'conv', end: map }, { name: 'hidden', end: hidden }, { name: 'head', end: 'fc2' }], features: hidden, gradCam: map, skips: [] };
});
const values = initialValues(network, 3, { head: 'uniform' }), noise = stream(5, 'map');
const map = Float32Array.from({ length: rows * rows * channels }, (_, i) => noise.uniform(i));

/** The dense layers in float64, written out. */
function logitsOf(at: Float64Array): number[] {
  const dense = (name: string, x: readonly number[]) => {
    const { shape: [units = 0, width = 0], data } = values.get(`${name}.weight`)!, bias = values.get(`${name}.bias`)!.data;
    return Array.from({ length: units }, (_, u) => x.reduce((sum, value, i) => sum + value * data[u * width + i]!, bias[u]!));
  };
  // Weights lie as PyTorch flattens: channel after channel.
  const flat = Array.from({ length: at.length }, (_, i) => at[(i % (rows * rows)) * channels + Math.floor(i / (rows * rows))]!);
  return dense('fc2', dense('fc1', flat).map((x) => 1 / (1 + Math.exp(-x))));
}

for (const [kind, centred] of [['cross-entropy', true], ['binary-cross-entropy', false]] as const) test(`the weight of a channel is the slope of the ${centred ? 'centred ' : ''}logit when all of the channel is raised`, async () => {
  const { engine } = await openEngine({ engine: 'auto', purpose: 'train', home: tmpdir(), threads: 1, precision: 'float32' });
  const gradients = await openMapGradients(engine, network, values, kind);
  try {
    const found = await gradients.of(map, centred), step = 1e-4;
    const raised = (channel: number, by: number) => logitsOf(Float64Array.from(map, (value, i) => value + (i % channels === channel ? by : 0)));
    for (let k = 0; k < channels; k++) {
      const up = raised(k, step), down = raised(k, -step), slopes = up.map((value, c) => (value - down[c]!) / (2 * step));
      const mean = centred ? slopes.reduce((a, b) => a + b, 0) / classes : 0;
      // Rounding of float32 in sums of some tens of terms of about 1.
      slopes.forEach((slope, c) => assert.ok(Math.abs(found[c]![k]! - (slope - mean)) < 1e-5, `channel ${k}, class ${c}: ${found[c]![k]} is not ${slope - mean}`));
    }
    assert.ok(found.some((one) => one.some((value) => Math.abs(value) > 1e-3)), 'there is something to compare');
  } finally {
    await gradients.close();
    await engine.close();
  }
});

test('a place counts by its channels, each with its weight', () => {
  assert.deepEqual(weightedMap(Float32Array.of(1, 2, 3, 4), Float32Array.of(10, -1)), [8, 26]);
});
