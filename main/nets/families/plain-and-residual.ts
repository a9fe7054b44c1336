// Twins for teaching, 32 x 32 pixels: with and without shortcuts, with ReLU and sigmoid. He, Zhang, Ren, Sun: "Deep residual learning for image recognition", CVPR 2016, section 4.2.
import type { Builder } from '../build.ts';
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network, NodeId } from '../graph.ts';
import { moduleEnd } from '../stages.ts';
import { inputShape, symmetric } from '../variant.ts';
import type { Variant } from '../variant.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  /** Blocks of two convolutions in each of the three layers: (depth - 2) / 6. */
  readonly blocks: number;
  readonly shortcuts: boolean;
  /** A batch norm hides what a sigmoid does to gradients, by enlarging again what it has flattened. */
  readonly norms: boolean;
  readonly act: 'relu' | 'sigmoid';
}

const rows: readonly Row[] = [
  { id: 'plain20', title: 'Plain-20', blocks: 3, shortcuts: false, norms: true, act: 'relu' },
  { id: 'resnet20', title: 'ResNet-20', blocks: 3, shortcuts: true, norms: true, act: 'relu' },
  { id: 'plain56', title: 'Plain-56', blocks: 9, shortcuts: false, norms: true, act: 'relu' },
  { id: 'resnet56', title: 'ResNet-56', blocks: 9, shortcuts: true, norms: true, act: 'relu' },
  { id: 'plain20_relu', title: 'Plain-20 without batch norm', blocks: 3, shortcuts: false, norms: false, act: 'relu' },
  { id: 'plain20_sigmoid', title: 'Plain-20 without batch norm, with sigmoid', blocks: 3, shortcuts: false, norms: false, act: 'sigmoid' },
];

/** Filters of the three layers; each after the first halves the map. */
const widths = [16, 32, 64] as const;
const features = 64;

type Convention = Pick<Row, 'shortcuts' | 'norms' | 'act'>;

function convolution(b: Builder, { norms }: Convention, [conv, norm]: readonly [conv: NodeId, norm: NodeId], x: NodeId, filters: number, stride: number): NodeId {
  const y = b.conv(conv, x, { filters, kernel: 3, stride, pad: 1, bias: !norms });
  return norms ? b.norm(norm, y) : y;
}

/** Two 3x3 convolutions. The shortcut has no parameters: every other pixel, and zeros for the channels that are new (option A). */
function block(b: Builder, convention: Convention, path: string, x: NodeId, filters: number, stride: number): NodeId {
  const { act, shortcuts } = convention;
  let y = b.act(`${path}.act1`, convolution(b, convention, [`${path}.conv1`, `${path}.bn1`], x, filters, stride), act);
  y = convolution(b, convention, [`${path}.conv2`, `${path}.bn2`], y, filters, 1);
  if (shortcuts) {
    const thinned = stride === 1 ? x : b.avgPool(`${path}.thin`, x, { kernel: 1, stride, pad: 0 });
    const added = filters - b.channels(x);
    y = b.add(`${path}.add`, [y, added === 0 ? thinned : b.pad(`${path}.widen`, thinned, [0, 0, 0, 0], added)]);
  }
  return b.act(`${path}.act2`, y, act);
}

/** @param input [height, width, channels] */
function networkOf({ id, blocks, ...convention }: Row, input: readonly number[], classes: number): Network {
  return build(id, input, (b) => {
    let x = b.act('act1', convolution(b, convention, ['conv1', 'bn1'], INPUT, widths[0], 1), convention.act);
    const stem = x;
    widths.forEach((filters, layer) => {
      for (let i = 0; i < blocks; i++) x = block(b, convention, `layer${layer + 1}.${i}`, x, filters, i === 0 && layer > 0 ? 2 : 1);
    });
    const pooled = b.globalPool('global_pool', x);
    const end = (layer: number) => moduleEnd(b.nodes, `layer${layer}`);
    return {
      output: b.dense('fc', pooled, classes),
      stages: [{ name: 'stem', end: stem }, { name: 'layer1', end: end(1) }, { name: 'layer2', end: end(2) }, { name: 'layer3', end: pooled }, { name: 'head', end: 'fc' }],
      features: pooled,
      gradCam: x,
      skips: [end(2), end(3)],
    };
  });
}

function variant(row: Row): Variant {
  const inputSize = [32, 32] as const;
  return {
    id: row.id, family: 'Twins for teaching', title: row.title, inputSize, features, defaultWeights: null,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 1, interpolation: 'bilinear', ...symmetric },
    build: (options) => networkOf(row, inputShape({ inputSize }, options), options.classes),
  };
}

export const plainAndResidual: readonly Variant[] = rows.map(variant);
