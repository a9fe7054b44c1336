// MobileNet v1. Howard et al.: "MobileNets: efficient convolutional neural networks for mobile vision applications", 2017. Names as in timm.
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import { moduleEnd } from '../stages.ts';
import { inputShape, symmetric } from '../variant.ts';
import type { Variant } from '../variant.ts';
import { convNorm, depthwiseSeparable } from './mobile-blocks.ts';
import type { Convention } from './mobile-blocks.ts';

/** Per stage: filters at width 1, blocks, stride of the first block. */
const stages = [[64, 1, 1], [128, 2, 2], [256, 2, 2], [512, 6, 2], [1024, 2, 2]] as const;

interface Row {
  readonly id: string;
  readonly title: string;
  /** Factor on all widths. */
  readonly width: number;
  readonly convention: Convention;
  readonly weights: string | null;
  readonly interpolation: 'bilinear' | 'bicubic';
}

const rows: readonly Row[] = [
  {
    id: 'mobilenetv1_100', title: 'MobileNet v1', width: 1, convention: { padding: 'symmetric', eps: 1e-5, act: 'relu6' },
    weights: 'mobilenetv1_100.ra4_e3600_r224_in1k', interpolation: 'bicubic',
  },
  {
    id: 'tf_mobilenetv1_025', title: 'MobileNet v1 0.25 (TensorFlow padding)', width: 0.25, convention: { padding: 'same', eps: 1e-3, act: 'relu6' },
    weights: null, interpolation: 'bilinear',
  },
];

function variant({ id, title, width, convention, weights, interpolation }: Row): Variant {
  const inputSize = [224, 224] as const;
  return {
    id, family: 'MobileNet v1', title, inputSize, features: 1024 * width, defaultWeights: weights,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation, ...symmetric },
    build: (options) => build(id, inputShape({ inputSize }, options), (b) => {
      let x = convNorm(b, convention, ['conv_stem', 'bn1'], INPUT, { filters: 32 * width, kernel: 3, stride: 2 });
      const stem = x;
      stages.forEach(([filters, blocks, stride], stage) => {
        for (let i = 0; i < blocks; i++) {
          x = depthwiseSeparable(b, convention, `blocks.${stage}.${i}`, x, { filters: filters * width, kernel: 3, stride: i === 0 ? stride : 1, squeeze: null, linear: false });
        }
      });
      const pooled = b.globalPool('global_pool', x);
      const ends = stages.map((_, stage) => moduleEnd(b.nodes, `blocks.${stage}`));
      return {
        output: b.dense('classifier', pooled, options.classes),
        stages: [
          { name: 'stem', end: stem },
          ...ends.map((end, stage) => ({ name: `blocks.${stage}`, end: end === x ? pooled : end })),
          { name: 'head', end: 'classifier' },
        ],
        features: pooled,
        gradCam: x,
        skips: ends,
      };
    }),
  };
}

export const mobilenetV1: readonly Variant[] = rows.map(variant);
