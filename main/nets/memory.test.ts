// Memory of activations: by hand on a small network, and in order between the large ones.
import assert from 'node:assert/strict';
import test from 'node:test';
import { activationMemory, build, variant, variants } from './index.ts';
import { INPUT } from './graph.ts';

test('training keeps every output, inference only what somebody still reads', () => {
  const network = build('fork', [4, 4, 1], (b) => {
    const left = b.conv('left', INPUT, { filters: 2, kernel: 1, pad: 0 });
    const right = b.conv('right', left, { filters: 2, kernel: 1, pad: 0 });
    const sum = b.add('sum', [left, right]);
    const pooled = b.globalPool('pool', sum);
    return { output: b.dense('fc', pooled, 3), stages: [{ name: 'all', end: pooled }, { name: 'head', end: 'fc' }], features: pooled, gradCam: sum, skips: [] };
  });
  // Numbers: input 16, left, right and sum 32 each, pool 2, fc 3. At `sum` three maps of 32 live; the input is gone.
  assert.deepEqual(activationMemory(network), { training: 4 * (16 + 96 + 2 + 3), inference: 4 * 96 });
});

test('no network needs less for training than for inference, and DenseNet needs more than ResNet of the same cost', () => {
  for (const row of variants) {
    const { training, inference } = activationMemory(row.build({ classes: 1000 }));
    assert.ok(inference > 0 && inference <= training, row.id);
  }
  const training = (id: string) => activationMemory(variant(id).build({ classes: 1000 })).training;
  assert.ok(training('densenet121') > 2 * training('resnet34'));
});
