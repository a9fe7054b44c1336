// MobileNet v3. Howard, Sandler et al.: "Searching for MobileNetV3", ICCV 2019. Names as in timm.
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Activation, Network } from '../graph.ts';
import { moduleEnd } from '../stages.ts';
import { imagenet, inputShape } from '../variant.ts';
import type { Variant } from '../variant.ts';
import { convNorm, depthwiseSeparable, invertedResidual } from './mobile-blocks.ts';
import type { Convention, Squeeze } from './mobile-blocks.ts';

interface StageRow {
  readonly filters: number;
  readonly kernel: 3 | 5;
  /** Of the first block. */
  readonly stride: 1 | 2;
  /** Width inside each block; `none`: one depthwise-separable block. */
  readonly inside: readonly number[] | 'none';
  readonly gated: boolean;
  readonly act: Activation;
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly stages: readonly StageRow[];
  /** Filters of the last 1x1 convolution on the map, and of the one behind the pool. */
  readonly last: number;
  readonly features: number;
  readonly weights: string;
}

const rows: readonly Row[] = [
  {
    id: 'mobilenetv3_small_100', title: 'MobileNet v3 small', last: 576, features: 1024, weights: 'mobilenetv3_small_100.lamb_in1k',
    stages: [
      { filters: 16, kernel: 3, stride: 2, inside: 'none', gated: true, act: 'relu' },
      { filters: 24, kernel: 3, stride: 2, inside: [72, 88], gated: false, act: 'relu' },
      { filters: 40, kernel: 5, stride: 2, inside: [96, 240, 240], gated: true, act: 'hardswish' },
      { filters: 48, kernel: 5, stride: 1, inside: [120, 144], gated: true, act: 'hardswish' },
      { filters: 96, kernel: 5, stride: 2, inside: [288, 576, 576], gated: true, act: 'hardswish' },
    ],
  },
  {
    id: 'mobilenetv3_large_100', title: 'MobileNet v3 large', last: 960, features: 1280, weights: 'mobilenetv3_large_100.ra_in1k',
    stages: [
      { filters: 16, kernel: 3, stride: 1, inside: 'none', gated: false, act: 'relu' },
      { filters: 24, kernel: 3, stride: 2, inside: [64, 72], gated: false, act: 'relu' },
      { filters: 40, kernel: 5, stride: 2, inside: [72, 120, 120], gated: true, act: 'relu' },
      { filters: 80, kernel: 3, stride: 2, inside: [240, 200, 184, 184], gated: false, act: 'hardswish' },
      { filters: 112, kernel: 3, stride: 1, inside: [480, 672], gated: true, act: 'hardswish' },
      { filters: 160, kernel: 5, stride: 2, inside: [672, 960, 960], gated: true, act: 'hardswish' },
    ],
  },
];

const convention = (act: Activation): Convention => ({ padding: 'symmetric', eps: 1e-5, act });
const squeeze: Squeeze = { share: 0.25, of: 'inside', multiple: 8, act: 'relu', gate: 'hardsigmoid' };

/** @param input [height, width, channels] */
function mobilenetOf({ id, stages, last, features }: Row, input: readonly number[], classes: number): Network {
  return build(id, input, (b) => {
    const stem = convNorm(b, convention('hardswish'), ['conv_stem', 'bn1'], INPUT, { filters: 16, kernel: 3, stride: 2 });
    let x = stem;
    stages.forEach(({ filters, kernel, stride, inside, gated, act }, stage) => {
      const options = { filters, kernel, squeeze: gated ? squeeze : null };
      if (inside === 'none') x = depthwiseSeparable(b, convention(act), `blocks.${stage}.0`, x, { ...options, stride, linear: true });
      else inside.forEach((width, i) => { x = invertedResidual(b, convention(act), `blocks.${stage}.${i}`, x, { ...options, stride: i === 0 ? stride : 1, inside: width }); });
    });
    const ends = stages.map((_, stage) => moduleEnd(b.nodes, `blocks.${stage}`));
    const final = `blocks.${stages.length}`;
    const map = convNorm(b, convention('hardswish'), [`${final}.0.conv`, `${final}.0.bn1`], x, { filters: last, kernel: 1 });
    // The last convolution comes after the pool, where it costs least.
    const head = b.conv('conv_head', b.globalPool('global_pool', map, { keepDims: true }), { filters: features, kernel: 1, pad: 0, bias: true });
    const pooled = b.globalPool('flatten', b.act('act2', head, 'hardswish'));
    const sizes = [stem, ...ends, map];
    return {
      output: b.dense('classifier', pooled, classes),
      stages: [
        { name: 'stem', end: stem },
        ...ends.map((end, stage) => ({ name: `blocks.${stage}`, end })),
        { name: final, end: map },
        { name: 'conv_head', end: pooled },
        { name: 'head', end: 'classifier' },
      ],
      features: pooled,
      gradCam: map,
      // The last of each resolution.
      skips: sizes.filter((end, i) => b.shape(end)[0] !== b.shape(sizes[i + 1] ?? pooled)[0]),
    };
  });
}

function variant(row: Row): Variant {
  const inputSize = [224, 224] as const;
  return {
    id: row.id, family: 'MobileNet v3', title: row.title, inputSize, features: row.features, defaultWeights: row.weights,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bicubic', ...imagenet },
    build: (options) => mobilenetOf(row, inputShape({ inputSize }, options), options.classes),
  };
}

export const mobilenetV3: readonly Variant[] = rows.map(variant);
