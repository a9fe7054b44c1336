// ResNet. He, Zhang, Ren, Sun: "Deep residual learning for image recognition", CVPR 2016. Names and details as in timm and torchvision ("v1.5": the stride sits in the 3x3).
import type { Builder } from '../build.ts';
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { NodeId } from '../graph.ts';
import { moduleEnd } from '../stages.ts';
import { imagenet, inputShape } from '../variant.ts';
import type { Variant } from '../variant.ts';

type Block = (b: Builder, path: string, x: NodeId, width: number, stride: number) => NodeId;

/** Two 3x3 convolutions and a shortcut. */
const basic: Block = (b, path, x, width, stride) => {
  let y = b.conv(`${path}.conv1`, x, { filters: width, kernel: 3, stride, pad: 1 });
  y = b.act(`${path}.act1`, b.norm(`${path}.bn1`, y), 'relu');
  y = b.norm(`${path}.bn2`, b.conv(`${path}.conv2`, y, { filters: width, kernel: 3, pad: 1 }));
  y = b.add(`${path}.add`, [y, shortcut(b, path, x, width, stride)]);
  return b.act(`${path}.act2`, y, 'relu');
};

/** 1x1 down to `width`, 3x3, 1x1 up to four times `width`, and a shortcut. */
const bottleneck: Block = (b, path, x, width, stride) => {
  let y = b.conv(`${path}.conv1`, x, { filters: width, kernel: 1, pad: 0 });
  y = b.act(`${path}.act1`, b.norm(`${path}.bn1`, y), 'relu');
  y = b.conv(`${path}.conv2`, y, { filters: width, kernel: 3, stride, pad: 1 });
  y = b.act(`${path}.act2`, b.norm(`${path}.bn2`, y), 'relu');
  y = b.norm(`${path}.bn3`, b.conv(`${path}.conv3`, y, { filters: 4 * width, kernel: 1, pad: 0 }));
  y = b.add(`${path}.add`, [y, shortcut(b, path, x, 4 * width, stride)]);
  return b.act(`${path}.act3`, y, 'relu');
};

/** The input itself, or a 1x1 convolution where the shape changes. */
function shortcut(b: Builder, path: string, x: NodeId, filters: number, stride: number): NodeId {
  if (stride === 1 && b.channels(x) === filters) return x;
  return b.norm(`${path}.downsample.1`, b.conv(`${path}.downsample.0`, x, { filters, kernel: 1, stride, pad: 0 }));
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly block: Block;
  /** Blocks in layer1 to layer4. */
  readonly depths: readonly [number, number, number, number];
  readonly features: number;
  readonly weights: string;
  readonly cropShare: number;
  readonly interpolation: 'bilinear' | 'bicubic';
}

const timm = { cropShare: 0.95, interpolation: 'bicubic' } as const;
const torchvision = { cropShare: 0.875, interpolation: 'bilinear' } as const;

const rows: readonly Row[] = [
  { id: 'resnet18', title: 'ResNet-18', block: basic, depths: [2, 2, 2, 2], features: 512, weights: 'resnet18.a1_in1k', ...timm },
  { id: 'resnet34', title: 'ResNet-34', block: basic, depths: [3, 4, 6, 3], features: 512, weights: 'resnet34.a1_in1k', ...timm },
  { id: 'resnet50', title: 'ResNet-50', block: bottleneck, depths: [3, 4, 6, 3], features: 2048, weights: 'resnet50.a1_in1k', ...timm },
  { id: 'resnet101', title: 'ResNet-101', block: bottleneck, depths: [3, 4, 23, 3], features: 2048, weights: 'resnet101.a1h_in1k', ...timm },
  { id: 'resnet152', title: 'ResNet-152', block: bottleneck, depths: [3, 8, 36, 3], features: 2048, weights: 'resnet152.tv_in1k', ...torchvision },
];

function variant({ id, title, block, depths, features, weights, cropShare, interpolation }: Row): Variant {
  const inputSize = [224, 224] as const;
  return {
    id, family: 'ResNet', title, inputSize, features, defaultWeights: weights,
    preprocessing: { size: [...inputSize], channels: 3, cropShare, interpolation, ...imagenet },
    build: (options) => build(id, inputShape({ inputSize }, options), (b) => {
      let x = b.conv('conv1', INPUT, { filters: 64, kernel: 7, stride: 2, pad: 3 });
      const stem = x = b.act('act1', b.norm('bn1', x), 'relu');
      x = b.maxPool('maxpool', x, { kernel: 3, stride: 2, pad: 1 });
      depths.forEach((depth, layer) => {
        for (let i = 0; i < depth; i++) x = block(b, `layer${layer + 1}.${i}`, x, 64 * 2 ** layer, i === 0 && layer > 0 ? 2 : 1);
      });
      const pooled = b.globalPool('global_pool', x);
      const end = (layer: number) => moduleEnd(b.nodes, `layer${layer}`);
      return {
        output: b.dense('fc', pooled, options.classes),
        stages: [
          { name: 'stem', end: 'maxpool' },
          { name: 'layer1', end: end(1) }, { name: 'layer2', end: end(2) }, { name: 'layer3', end: end(3) }, { name: 'layer4', end: pooled },
          { name: 'head', end: 'fc' },
        ],
        features: pooled,
        gradCam: x,
        skips: [stem, end(1), end(2), end(3), end(4)],
      };
    }),
  };
}

export const resnet: readonly Variant[] = rows.map(variant);
