import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { variant } from '../../nets/index.ts';
import { keptNode, viewOf, viewTurns } from './inputs.ts';
import { strategy } from '../strategies/index.ts';

const network = variant('tf_efficientnet_lite0').build({ classes: 2 });
const stages = network.stages.length;
const pictures = { training: 100, validation: 50 };
const kept = (id: string, values: Record<string, number | string>, index: number, many = pictures) => keptNode(network, strategy(id).recipe(values, stages), index, many);

test('a fitted head takes pooled features, and late stages take what the frozen ones give', () => {
  equal(kept('feature-extraction', {}, 0), network.features);
  equal(kept('lp-ft', { stages: 3 }, 1), network.stages[stages - 4]!.end);
  equal(kept('lp-ft', { stages: 1 }, 1), network.features);
});

test('pictures go through the whole network where nothing is frozen or every epoch wants new changes', () => {
  equal(kept('lp-ft', { stages: 50 }, 1), null);
  equal(kept('fine-tune', {}, 0), null);
  equal(kept('lp-ft', { stages: 3, augmentation: 'natural', views: 0 }, 1), null);
  equal(kept('lp-ft', { stages: 3, augmentation: 'natural', views: 2 }, 1), network.stages[stages - 4]!.end);
});

test('outputs that would fill the memory are not kept', () => {
  // 112 x 112 x 32 float32 = 1.6 MB a picture behind the stem: 669 of them fill a gibibyte.
  equal(kept('lp-ft', { stages: stages - 1 }, 1, { training: 600, validation: 0 }), network.stages[0]!.end);
  equal(kept('lp-ft', { stages: stages - 1 }, 1, { training: 600, validation: 100 }), null);
});

test('stages that an earlier phase moves are not kept', () => {
  const late = strategy('lp-ft').recipe({ stages: 2 }, stages), early = strategy('lp-ft').recipe({ stages: 5 }, stages);
  const phases = [early.phases[1]!, late.phases[1]!, late.phases[0]!];
  equal(keptNode(network, { ...late, phases }, 1, pictures), null);
  throws(() => keptNode(network, { ...late, phases }, 2, pictures), /has moved/);
});

test('epochs take turns: the plain picture, then each changed view', () => {
  deepEqual(Array.from({ length: 7 }, (_, epoch) => viewOf(epoch, 2)), [null, 0, 1, null, 0, 1, null]);
  deepEqual([viewOf(null, 3), viewOf(5, 0)], [null, null]);
  deepEqual(viewTurns(2), [null, 0, 1]);
});
