// Every variant of the list against timm's own tensors, published counts, and the shapes that PyTorch saw.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { forward, gradients, smoothGradients, smoothTwin } from '../../testdata/oracle/index.ts';
import type { Network } from './graph.ts';
import { count, moduleEnd, parameters, shapes, variant, variants } from './index.ts';
import { validated } from './validate.ts';

// Our own file, written once from timm's models.
const manifests = JSON.parse(readFileSync(new URL('../../testdata/timm/manifests.json', import.meta.url), 'utf8')) as
  Readonly<Record<string, { params: number; tensors: Readonly<Record<string, number[]>> }>>;

/**
 * Multiply-adds in millions as published: torchvision's tables, the MobileNet paper (v1, widths 1 and 0.25). EfficientNet-Lite0 is B0 without the gates,
 * which cost less than a million. The figures are rounded, hence one per cent. A pair gives the size that the figure is for, where it is not the variant's own.
 */
const published: Readonly<Record<string, number | readonly [millions: number, size: number]>> = {
  resnet18: 1814, resnet34: 3664, resnet50: 4089, resnet101: 7801, resnet152: 11514, mobilenetv2_100: 301, efficientnet_b0: 386, tf_efficientnet_b0: 386,
  mobilenetv1_100: 569, tf_mobilenetv1_025: 41, tf_efficientnet_lite0: 386, efficientnet_lite0: 386,
  alexnet: 714, vgg16: 15470, vgg16_bn: 15470, vgg19: 19632, vgg19_bn: 19632, inception_v3: 5713, densenet121: 2834, densenet169: 3360, densenet201: 4291,
  efficientnet_b1: [687, 240], efficientnet_b2: [1088, 288], efficientnet_b3: [1827, 300], mobilenetv3_small_100: 57, mobilenetv3_large_100: 217,
};

/** Convolutions and classifier of He et al. (section 4.2: 20 and 56 layers, filters 16, 32, 64) by hand: 9 per pair of channels; then two per filter for norms, or one for biases. */
const twins = (pairs: number) => {
  const convolutions = 9 * (3 * 16 + 2 * pairs * 16 * 16 + (16 + (2 * pairs - 1) * 32) * 32 + (32 + (2 * pairs - 1) * 64) * 64);
  const filters = 16 + 2 * pairs * (16 + 32 + 64);
  return { norms: convolutions + 2 * filters + 65 * 1000, biases: convolutions + filters + 65 * 1000 };
};

/** Trainable parameters with 1,000 classes where the manifest does not have them: weights/README of the files, the twin with other padding, torchvision's table (VGG-19 with batch norm). */
const parameterCounts: Readonly<Record<string, number>> = {
  tf_efficientnet_lite0: 4652008, efficientnet_lite0: 4652008, tf_efficientnet_b0: 5288548, tf_mobilenetv1_025: 470072, vgg19_bn: 143678248,
  plain20: twins(3).norms, resnet20: twins(3).norms, plain56: twins(9).norms, resnet56: twins(9).norms, plain20_relu: twins(3).biases, plain20_sigmoid: twins(3).biases,
  // The paper's table counts the convolutions behind the first one and the classifier of 5 classes: 1,076,480 and 2,108,672. The rest: first convolution, norms, 995 more classes with biases.
  cbr_tiny: 1076480 + 3 * 32 * 25 + 2 * 480 + 995 * 256 + 1000, cbr_small: 2108672 + 3 * 32 * 49 + 2 * 480 + 995 * 256 + 1000,
};

/** Networks whose maps do not halve exactly, or do so only thrice: strides of their skips. All others have 2 to 32. */
const strides: Readonly<Record<string, readonly number[]>> = {
  alexnet: [], inception_v3: [], cbr_tiny: [2, 4, 8, 16], cbr_small: [2, 4, 8, 16],
  plain20: [2, 4], resnet20: [2, 4], plain56: [2, 4], resnet56: [2, 4], plain20_relu: [2, 4], plain20_sigmoid: [2, 4],
};

test('ids are unique, and an unknown one is answered with the list', () => {
  assert.equal(new Set(variants.map(({ id }) => id)).size, variants.length);
  assert.throws(() => variant('resnet19'), { code: 'not-found', message: /resnet18, / });
});

for (const row of variants) {
  const network = row.build({ classes: 1000 });

  test(`${row.id} has as many parameters and multiply-adds as published`, () => {
    const cost = count(network);
    assert.equal(cost.parameters, manifests[row.id]?.params ?? parameterCounts[row.id]);
    const known = published[row.id];
    if (known !== undefined) {
      const [millions, size] = typeof known === 'number' ? [known, row.inputSize[0]] : known;
      const { multiplyAdds } = count(row.build({ classes: 1000, inputSize: [size, size] }));
      assert.ok(Math.abs(multiplyAdds / (millions * 1e6) - 1) < 0.01, `${multiplyAdds} multiply-adds`);
    }
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
    // Skips halve the size one after the other.
    assert.deepEqual(network.skips.map((id) => known.get(id)?.slice(0, 2)), (strides[row.id] ?? [2, 4, 8, 16, 32]).map((stride) => row.inputSize.map((size) => size / stride)));
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
      assert.equal(ten.nodes.filter(({ op }) => op === 'norm').length, expected.bn_s?.length ?? 0);
    });
  }

  for (const [name, file] of [['grad', gradients], ['grad-smooth', smoothGradients]] as const) {
    const gradient = file[row.id];
    if (!gradient) continue;
    test(`${row.id} has every tensor whose gradient ${name}.json holds`, () => {
      const ten = row.build({ classes: 10, inputSize: [gradient.input, gradient.input] });
      const names = new Set(parameters(validated(smoothTwin(ten))).map(({ name: own }) => own));
      for (const step of [gradient.bn_eval, gradient.bn_train, gradient.no_bn]) for (const key of Object.keys(step?.grads ?? {})) assert.ok(names.has(key), key);
    });
  }
}

test('the networks with shortcuts have the parameters of their plain twins, and as many as He et al. state', () => {
  for (const [plain, residual, millions] of [['plain20', 'resnet20', 0.27], ['plain56', 'resnet56', 0.85]] as const) {
    const [without, whole] = [plain, residual].map((id) => variant(id).build({ classes: 10 })) as [Network, Network];
    assert.deepEqual(parameters(whole), parameters(without));
    assert.equal(Math.round(count(whole).parameters / 1e4) / 100, millions);
    assert.equal(whole.nodes.filter(({ op }) => op === 'add').length, (Number(plain.slice(5)) - 2) / 2);
  }
});

test('every variant that the oracle or the manifests know is reached', () => {
  const ids = new Set(variants.map(({ id }) => id));
  for (const id of Object.keys(manifests)) assert.ok(ids.has(id), id);
  // All but vgg11, which is not offered.
  assert.deepEqual(Object.keys(forward).filter((id) => !ids.has(id)), ['vgg11']);
});
