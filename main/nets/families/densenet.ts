// DenseNet. Huang, Liu, van der Maaten, Weinberger: "Densely connected convolutional networks", CVPR 2017. Names as in timm and torchvision.
import type { Builder } from '../build.ts';
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network, NodeId } from '../graph.ts';
import { imagenet, inputShape } from '../variant.ts';
import type { Variant } from '../variant.ts';

/** Channels that each layer adds; inside it there are four times as many. */
const growth = 32;

const normAct = (b: Builder, id: NodeId, x: NodeId) => b.act(`${id}.act`, b.norm(id, x), 'relu');

/** Norm and activation come before each convolution; what is new is joined to all that came before. */
function denseLayer(b: Builder, path: string, x: NodeId): NodeId {
  let y = b.conv(`${path}.conv1`, normAct(b, `${path}.norm1`, x), { filters: 4 * growth, kernel: 1, pad: 0 });
  y = b.conv(`${path}.conv2`, normAct(b, `${path}.norm2`, y), { filters: growth, kernel: 3, pad: 1 });
  return b.concat(`${path}.concat`, [x, y]);
}

/** Half the channels, half the size. */
function transition(b: Builder, path: string, x: NodeId): NodeId {
  const y = b.conv(`${path}.conv`, normAct(b, `${path}.norm`, x), { filters: b.channels(x) / 2, kernel: 1, pad: 0 });
  return b.avgPool(`${path}.pool`, y, { kernel: 2, stride: 2, pad: 0 });
}

/** @param input [height, width, channels] */
function densenetOf(id: string, input: readonly number[], classes: number, depths: Row['depths']): Network {
  return build(id, input, (b) => {
    const stem = normAct(b, 'features.norm0', b.conv('features.conv0', INPUT, { filters: 64, kernel: 7, stride: 2, pad: 3 }));
    let x = b.maxPool('features.pool0', stem, { kernel: 3, stride: 2, pad: 1 });
    const blocks = depths.map((depth, block) => {
      for (let layer = 1; layer <= depth; layer++) x = denseLayer(b, `features.denseblock${block + 1}.denselayer${layer}`, x);
      const dense = x;
      x = block + 1 < depths.length ? transition(b, `features.transition${block + 1}`, x) : normAct(b, 'features.norm5', x);
      return { dense, end: x };
    });
    const pooled = b.globalPool('global_pool', x);
    return {
      output: b.dense('classifier', pooled, classes),
      stages: [
        { name: 'stem', end: 'features.pool0' },
        ...blocks.map(({ end }, block) => ({ name: `denseblock${block + 1}`, end: end === x ? pooled : end })),
        { name: 'head', end: 'classifier' },
      ],
      features: pooled,
      gradCam: x,
      skips: [stem, ...blocks.slice(0, -1).map(({ dense }) => dense), x],
    };
  });
}

interface Row {
  readonly id: string;
  readonly title: string;
  /** Layers per dense block. */
  readonly depths: readonly [number, number, number, number];
  readonly features: number;
}

const rows: readonly Row[] = [
  { id: 'densenet121', title: 'DenseNet-121', depths: [6, 12, 24, 16], features: 1024 },
  { id: 'densenet169', title: 'DenseNet-169', depths: [6, 12, 32, 32], features: 1664 },
  { id: 'densenet201', title: 'DenseNet-201', depths: [6, 12, 48, 32], features: 1920 },
];

function variant({ id, title, depths, features }: Row): Variant {
  const inputSize = [224, 224] as const;
  return {
    id, family: 'DenseNet', title, inputSize, features, defaultWeights: `${id}.tv_in1k`,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bicubic', ...imagenet },
    build: (options) => densenetOf(id, inputShape({ inputSize }, options), options.classes, depths),
  };
}

export const densenet: readonly Variant[] = rows.map(variant);
