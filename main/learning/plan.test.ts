import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { Plan } from '#contract/plan.ts';
import { makePlan } from './plan.ts';
import type { PlanRequest } from './plan.ts';

const image = (partition: 'train' | 'validation' | 'test' | null, target: number, group: string) => ({ partition, targets: [target], group });
const images = [
  ...Array.from({ length: 24 }, (_, i) => image('train', i % 2, `t${i}`)),
  ...Array.from({ length: 8 }, (_, i) => image('validation', i % 2, `v${i}`)),
  image(null, 1, 'x'),
];
const request: PlanRequest = {
  strategy: 'lp-ft', values: { stages: 2 }, backbone: 'tf_efficientnet_lite0', task: 'classification', classes: ['benign', 'malignant'], images,
  weights: { base: 'weights.safetensors', baseSha256: null, delta: null },
  preprocessing: { size: [224, 224], channels: 3, cropShare: 0.875, interpolation: 'bicubic', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
};

test('a plan counts pictures and parameters of the stages that are trained', () => {
  const plan = Plan.parse(makePlan(request));
  deepEqual(plan.counts, { train: 24, validation: 8 });
  // timm: 4,652,008 parameters with 1,000 classes of 1,281 numbers each; with two classes 3,373,570. Last convolution: 320 * 1280, and its norm.
  equal(plan.total, 4_652_008 - 998 * 1281);
  equal(plan.trainable, 2 * 1281 + 320 * 1280 + 2 * 1280);
  deepEqual(plan.warnings, []);
});

test('fitting a head trains the head, and neighbours train nothing', () => {
  equal(makePlan({ ...request, values: {}, strategy: 'feature-extraction' }).trainable, 2 * 1281);
  equal(makePlan({ ...request, values: {}, strategy: 'knn' }).trainable, 0);
});

const refused = (name: string, change: Partial<PlanRequest>, key: string) => test(`${name} is refused`, () => throws(() => makePlan({ ...request, ...change }), { code: 'refused', key }));
refused('an empty training partition', { images: images.filter((one) => one.partition !== 'train') }, 'plan.no-training');
refused('an empty validation partition', { images: images.filter((one) => one.partition !== 'validation') }, 'plan.no-validation');
refused('one class only', { images: images.map((one) => ({ ...one, targets: [1] })) }, 'plan.one-class');
refused('a subject on two sides', { images: [...images, image('validation', 0, 't3')] }, 'plan.shared-group');
refused('segmentation', { task: 'segmentation' }, 'plan.segmentation');

test('a subject may have pictures outside of all partitions', () => {
  makePlan({ ...request, images: [...images, image(null, 0, 't3')] });
});

test('rare and missing classes are named', () => {
  const { warnings } = makePlan({ ...request, classes: ['benign', 'malignant', 'cyst', 'scar'], images: [...images, image('train', 2, 'y')] });
  ok(warnings.includes('Only 1 training picture has the class "cyst"; at least 10 are advisable.'));
  ok(warnings.includes('No training picture has the class "scar": the model cannot learn it.'));
  ok(warnings.includes('No validation picture has the class "scar": its figures will be missing.'));
});

test('starting from nothing is doubted unless it was meant', () => {
  const none = { ...request, weights: { base: null, baseSha256: null, delta: null } };
  ok(makePlan(none).warnings.some((text) => text.includes('random weights')));
  deepEqual(makePlan({ ...none, strategy: 'from-scratch', values: {} }).warnings, []);
});
