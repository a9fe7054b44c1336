// Every variant of the list against timm's own tensors, published counts, and the shapes that PyTorch saw.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { forward, gradients, oracleValues, smoothGradients, smoothTwin } from '../../testdata/oracle/index.ts';
import { count, moduleEnd, parameters, shapes, variant, variants } from './index.ts';
import { validated } from './validate.ts';

// Our own file, written once from timm's models.
const manifests = JSON.parse(readFileSync(new URL('../../testdata/timm/manifests.json', import.meta.url), 'utf8')) as
  Readonly<Record<string, { params: number; tensors: Readonly<Record<string, number[]>> }>>;

/**
 * Multiply-adds in millions as published: torchvision's tables (ResNet, MobileNet v2, EfficientNet-B0), the MobileNet paper (v1, widths 1 and 0.25).
 * EfficientNet-Lite0 is B0 without the gates, which cost less than a million. The figures are rounded, hence one per cent.
 */
const published: Readonly<Record<string, number>> = {
  resnet18: 1814, resnet34: 3664, resnet50: 4089, resnet101: 7801, resnet152: 11514, mobilenetv2_100: 301, efficientnet_b0: 386, tf_efficientnet_b0: 386,
  mobilenetv1_100: 569, tf_mobilenetv1_025: 41, tf_efficientnet_lite0: 386, efficientnet_lite0: 386,
};

/** Trainable parameters with 1,000 classes where the manifest does not have them: weights/README of the files, and the twin with other padding. */
const parameterCounts: Readonly<Record<string, number>> = { tf_efficientnet_lite0: 4652008, efficientnet_lite0: 4652008, tf_efficientnet_b0: 5288548, tf_mobilenetv1_025: 470072 };

test('ids are unique, and an unknown one is answered with the list', () => {
  assert.equal(new Set(variants.map(({ id }) => id)).size, variants.length);
  assert.throws(() => variant('resnet19'), { code: 'not-found', message: /resnet18, / });
});

for (const row of variants) {
  const network = row.build({ classes: 1000 });

  test(`${row.id} has as many parameters and multiply-adds as published`, () => {
    const cost = count(network);
    assert.equal(cost.parameters, manifests[row.id]?.params ?? parameterCounts[row.id]);
    const expected = published[row.id]! * 1e6;
    assert.ok(Math.abs(cost.multiplyAdds / expected - 1) < 0.01, `${cost.multiplyAdds} multiply-adds`);
    assert.equal(cost.stages.reduce((sum, stage) => sum + stage.parameters, 0), cost.parameters);
  });

  const manifest = manifests[row.id];
  if (manifest) {
    test(`${row.id} names and shapes its tensors as timm does, in timm's order`, () => {
      assert.deepEqual(parameters(network).map(({ name, shape }) => [name, [...shape]]), Object.entries(manifest.tensors));
    });
  }

  test(`${row.id} answers what every family answers`, () => {
    const known = shapes(network);
    assert.deepEqual(known.get(network.features), [row.features]);
    assert.equal(known.get(network.gradCam)?.length, 3);
    assert.equal(network.stages.at(-1)?.name, 'head');
    assert.equal(network.stages.at(-2)?.end, network.features);
    // Skips halve the size one after the other, from stride 2 to stride 32.
    assert.deepEqual(network.skips.map((id) => known.get(id)?.slice(0, 2)), [2, 4, 8, 16, 32].map((stride) => row.inputSize.map((size) => size / stride)));
    assert.deepEqual(row.preprocessing.size, [...row.inputSize]);
  });

  test(`${row.id} takes another input size, and one channel`, () => {
    const small = row.build({ classes: 3, inputSize: [96, 128], channels: 1 });
    assert.deepEqual(small.input, [96, 128, 1]);
    assert.deepEqual(shapes(small).get(small.output), [3]);
    assert.equal(parameters(small)[0]?.shape[1], 1);
  });

  const expected = forward[row.id];
  if (expected) {
    test(`${row.id} has the shapes, parameters and batch norms of the oracle`, () => {
      const ten = row.build({ classes: 10, inputSize: [expected.input, expected.input] });
      const known = shapes(ten);
      assert.equal(count(ten).parameters, expected.params);
      assert.deepEqual(known.get(ten.features), [expected.pooled.n]);
      for (const [module, [channels, height, width]] of expected.stages) assert.deepEqual(known.get(moduleEnd(ten.nodes, module)), [height, width, channels], module);
      assert.equal(oracleValues(ten, expected.bn_s).size, parameters(ten).length);
    });
  }

  for (const [name, file] of [['grad', gradients], ['grad-smooth', smoothGradients]] as const) {
    const gradient = file[row.id];
    if (!gradient) continue;
    test(`${row.id} has every tensor whose gradient ${name}.json holds`, () => {
      const ten = row.build({ classes: 10, inputSize: [gradient.input, gradient.input] });
      const names = new Set(oracleValues(validated(smoothTwin(ten)), gradient.bn_s).keys());
      for (const step of [gradient.bn_eval, gradient.bn_train]) for (const key of Object.keys(step?.grads ?? {})) assert.ok(names.has(key), key);
    });
  }
}

test('every variant that the oracle or the manifests know is reached', () => {
  const ids = new Set(variants.map(({ id }) => id));
  for (const id of Object.keys(manifests)) assert.ok(ids.has(id), id);
  assert.equal(variants.filter(({ id }) => forward[id]).length, 11);
});
