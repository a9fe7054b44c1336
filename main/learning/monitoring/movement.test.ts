// Drift and gradients per stage, on networks small enough to know the numbers.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { initialValues, parameters, stageIndex } from '../../nets/index.ts';
import { drift, gradientMeter } from './movement.ts';
import { networkOf } from '../plan.ts';

const network = networkOf({ backbone: 'cbr_tiny', classes: ['a', 'b'], preprocessing: { size: [16, 16], channels: 3, cropShare: 1, interpolation: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1] } });
const start = initialValues(network, 1, { head: 'zero' });

test('weights that are scaled by 1 + e have drifted by e, whatever the stage; statistics do not count', () => {
  const moved = new Map(parameters(network).map(({ name, role }) => [name, { ...start.get(name)!, data: start.get(name)!.data.map((w) => w * (role === 'weight' ? 1.25 : 9)) }]));
  const found = drift(network, start, moved);
  // float32 weights times 1.25 lose at most half a unit in the last place.
  found.slice(0, -1).forEach((one) => ok(Math.abs(one! - 0.25) < 1e-6, String(one)));
  equal(found.at(-1), null, 'the head starts at zero');
});

test('only the stage that was trained drifts', () => {
  const stages = stageIndex(network);
  const moved = new Map([...start].map(([name, tensor]) => [name, stages.get(name.slice(0, name.lastIndexOf('.'))) === 1 ? { ...tensor, data: tensor.data.map((w) => w + 1) } : tensor]));
  deepEqual(drift(network, start, moved).map((one) => one !== 0), network.stages.map((_, stage) => stage === 1));
});

test('norms of the two groups of a stage are one vector, averaged over the steps', () => {
  const meter = gradientMeter([null, 0.1, 0.1]);
  meter.add([0, 0, 3, 4, 1, 0]);
  meter.add([0, 0, 0, 7, 2, 0]);
  deepEqual(meter.means(), [null, 6, 1.5]);
});
