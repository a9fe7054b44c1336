// VGG. Simonyan, Zisserman: "Very deep convolutional networks for large-scale image recognition", ICLR 2015. Names as in timm, which writes the dense layers as convolutions.
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network } from '../graph.ts';
import { imagenet, inputShape } from '../variant.ts';
import type { Variant } from '../variant.ts';

/** Per block: filters, and how many 3x3 convolutions come before its max pool. */
type Blocks = readonly (readonly [filters: number, convolutions: number])[];

const sixteen: Blocks = [[64, 2], [128, 2], [256, 3], [512, 3], [512, 3]];
const nineteen: Blocks = [[64, 2], [128, 2], [256, 4], [512, 4], [512, 4]];

/** Side of the map that the first dense layer takes. */
const grid = 7;
const hidden = 4096;

/** @param input [height, width, channels] */
function vggOf(id: string, input: readonly number[], classes: number, { blocks, norms }: Pick<Row, 'blocks' | 'norms'>): Network {
  return build(id, input, (b) => {
    let x = INPUT, index = 0;
    const ends = blocks.map(([filters, convolutions]) => {
      for (let i = 0; i < convolutions; i++) {
        x = b.conv(`features.${index++}`, x, { filters, kernel: 3, pad: 1, bias: true });
        if (norms) x = b.norm(`features.${index++}`, x);
        x = b.act(`features.${index++}`, x, 'relu');
      }
      const activated = x;
      x = b.maxPool(`features.${index++}`, x, { kernel: 2, stride: 2, pad: 0 });
      return { activated, pooled: x };
    });
    const activated = ends.map((end) => end.activated);
    // Pictures below 224 pixels: as in timm, the map is stretched to what the dense layers take. Above, their outputs are averaged.
    const [height = grid, width = grid] = b.shape(x);
    if (height < grid || width < grid) x = b.adaptivePool('pre_logits.pool', x, [Math.max(height, grid), Math.max(width, grid)]);
    x = b.act('pre_logits.act1', b.conv('pre_logits.fc1', x, { filters: hidden, kernel: grid, pad: 0, bias: true }), 'relu');
    x = b.act('pre_logits.act2', b.conv('pre_logits.fc2', x, { filters: hidden, kernel: 1, pad: 0, bias: true }), 'relu');
    const pooled = b.globalPool('head.global_pool', x);
    return {
      output: b.dense('head.fc', pooled, classes),
      stages: [
        ...ends.map((end, block) => ({ name: `block${block + 1}`, end: end.pooled })),
        { name: 'hidden', end: pooled },
        { name: 'head', end: 'head.fc' },
      ],
      features: pooled,
      gradCam: last(activated),
      // Not the first block, which is as large as the picture.
      skips: [...activated.slice(1), last(ends).pooled],
    };
  });
}

function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new Error('a VGG has blocks');
  return item;
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly blocks: Blocks;
  /** A batch norm after each convolution of the blocks. */
  readonly norms: boolean;
}

const rows: readonly Row[] = [
  { id: 'vgg16', title: 'VGG-16', blocks: sixteen, norms: false },
  { id: 'vgg16_bn', title: 'VGG-16 with batch norm', blocks: sixteen, norms: true },
  { id: 'vgg19', title: 'VGG-19', blocks: nineteen, norms: false },
  { id: 'vgg19_bn', title: 'VGG-19 with batch norm', blocks: nineteen, norms: true },
];

function variant({ id, title, blocks, norms }: Row): Variant {
  const inputSize = [224, 224] as const;
  return {
    id, family: 'VGG', title, inputSize, features: hidden, defaultWeights: `${id}.tv_in1k`,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bilinear', ...imagenet },
    build: (options) => vggOf(id, inputShape({ inputSize }, options), options.classes, { blocks, norms }),
  };
}

export const vgg: readonly Variant[] = rows.map(variant);
