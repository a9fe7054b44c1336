// Inception-v3. Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: "Rethinking the Inception architecture for computer vision", CVPR 2016. Names as in timm and torchvision; without the auxiliary classifier.
import type { Builder } from '../build.ts';
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network, NodeId, Pad } from '../graph.ts';
import { inputShape, symmetric } from '../variant.ts';
import type { Variant } from '../variant.ts';

/** One convolution of a branch: its name after the branch's, filters, [height, width], and whether it halves the map without padding. */
interface Step {
  readonly name: string;
  readonly filters: number;
  readonly kernel: readonly [height: number, width: number];
  readonly reduces?: boolean;
}

const one = (name: string, filters: number): Step => ({ name, filters, kernel: [1, 1] });
const square = (name: string, filters: number, side: 3 | 5): Step => ({ name, filters, kernel: [side, side] });
const row = (name: string, filters: number, length: 3 | 7): Step => ({ name, filters, kernel: [1, length] });
const column = (name: string, filters: number, length: 3 | 7): Step => ({ name, filters, kernel: [length, 1] });
const reduction = (name: string, filters: number): Step => ({ ...square(name, filters, 3), reduces: true });

/** Convolution without bias, batch norm, ReLU. */
function convNorm(b: Builder, path: string, x: NodeId, { filters, kernel, stride = 1, pad }: { readonly filters: number; readonly kernel: Step['kernel']; readonly stride?: number; readonly pad: Pad }): NodeId {
  return b.act(`${path}.act`, b.norm(`${path}.bn`, b.conv(`${path}.conv`, x, { filters, kernel, stride, pad }), { eps: 1e-3 }), 'relu');
}

function branch(b: Builder, path: string, x: NodeId, steps: readonly Step[]): NodeId {
  return steps.reduce((y, { name, filters, kernel: [height, width], reduces }) => {
    const [vertical, horizontal] = [(height - 1) / 2, (width - 1) / 2];
    return convNorm(b, `${path}.${name}`, y, { filters, kernel: [height, width], ...(reduces ? { stride: 2, pad: 0 } : { pad: [vertical, vertical, horizontal, horizontal] }) });
  }, x);
}

/** Mean of 3x3 (zeros outside count), then 1x1. */
function pooledBranch(b: Builder, path: string, x: NodeId, filters: number): NodeId {
  return branch(b, path, b.avgPool(`${path}.pool`, x, { kernel: 3, stride: 1, pad: 1 }), [one('branch_pool', filters)]);
}

const maximum = (b: Builder, id: string, x: NodeId) => b.maxPool(id, x, { kernel: 3, stride: 2, pad: 0 });

/** 35 x 35: 1x1, 5x5, two 3x3, and a pooled branch. */
function mixed5(b: Builder, path: string, x: NodeId, pooled: number): NodeId {
  return b.concat(`${path}.concat`, [
    branch(b, path, x, [one('branch1x1', 64)]),
    branch(b, path, x, [one('branch5x5_1', 48), square('branch5x5_2', 64, 5)]),
    branch(b, path, x, [one('branch3x3dbl_1', 64), square('branch3x3dbl_2', 96, 3), square('branch3x3dbl_3', 96, 3)]),
    pooledBranch(b, path, x, pooled),
  ]);
}

/** To 17 x 17. */
function mixed6a(b: Builder, path: string, x: NodeId): NodeId {
  return b.concat(`${path}.concat`, [
    branch(b, path, x, [reduction('branch3x3', 384)]),
    branch(b, path, x, [one('branch3x3dbl_1', 64), square('branch3x3dbl_2', 96, 3), reduction('branch3x3dbl_3', 96)]),
    maximum(b, `${path}.pool`, x),
  ]);
}

/** 17 x 17: 7x7 as a row and a column, once and twice; `inside` channels between them. */
function mixed6(b: Builder, path: string, x: NodeId, inside: number): NodeId {
  return b.concat(`${path}.concat`, [
    branch(b, path, x, [one('branch1x1', 192)]),
    branch(b, path, x, [one('branch7x7_1', inside), row('branch7x7_2', inside, 7), column('branch7x7_3', 192, 7)]),
    branch(b, path, x, [
      one('branch7x7dbl_1', inside), column('branch7x7dbl_2', inside, 7), row('branch7x7dbl_3', inside, 7), column('branch7x7dbl_4', inside, 7), row('branch7x7dbl_5', 192, 7),
    ]),
    pooledBranch(b, path, x, 192),
  ]);
}

/** To 8 x 8. */
function mixed7a(b: Builder, path: string, x: NodeId): NodeId {
  return b.concat(`${path}.concat`, [
    branch(b, path, x, [one('branch3x3_1', 192), reduction('branch3x3_2', 320)]),
    branch(b, path, x, [one('branch7x7x3_1', 192), row('branch7x7x3_2', 192, 7), column('branch7x7x3_3', 192, 7), reduction('branch7x7x3_4', 192)]),
    maximum(b, `${path}.pool`, x),
  ]);
}

/** 8 x 8: branches that end in a row and a column side by side. */
function mixed7(b: Builder, path: string, x: NodeId): NodeId {
  const sides = (y: NodeId, rowName: string, columnName: string) => [branch(b, path, y, [row(rowName, 384, 3)]), branch(b, path, y, [column(columnName, 384, 3)])];
  return b.concat(`${path}.concat`, [
    branch(b, path, x, [one('branch1x1', 320)]),
    ...sides(branch(b, path, x, [one('branch3x3_1', 384)]), 'branch3x3_2a', 'branch3x3_2b'),
    ...sides(branch(b, path, x, [one('branch3x3dbl_1', 448), square('branch3x3dbl_2', 384, 3)]), 'branch3x3dbl_3a', 'branch3x3dbl_3b'),
    pooledBranch(b, path, x, 192),
  ]);
}

/** @param input [height, width, channels] */
function inceptionOf(id: string, input: readonly number[], classes: number): Network {
  return build(id, input, (b) => {
    const stem = (name: string, x: NodeId, filters: number, kernel: 1 | 3, { stride = 1, pad = 0 } = {}) => convNorm(b, name, x, { filters, kernel: [kernel, kernel], stride, pad });
    let x = stem('Conv2d_2b_3x3', stem('Conv2d_2a_3x3', stem('Conv2d_1a_3x3', INPUT, 32, 3, { stride: 2 }), 32, 3), 64, 3, { pad: 1 });
    x = stem('Conv2d_4a_3x3', stem('Conv2d_3b_1x1', maximum(b, 'Pool1', x), 80, 1), 192, 3);
    x = maximum(b, 'Pool2', x);
    for (const [letter, pooled] of [['b', 32], ['c', 64], ['d', 64]] as const) x = mixed5(b, `Mixed_5${letter}`, x, pooled);
    const fifth = x;
    x = mixed6a(b, 'Mixed_6a', x);
    for (const [letter, inside] of [['b', 128], ['c', 160], ['d', 160], ['e', 192]] as const) x = mixed6(b, `Mixed_6${letter}`, x, inside);
    const sixth = x;
    x = mixed7(b, 'Mixed_7c', mixed7(b, 'Mixed_7b', mixed7a(b, 'Mixed_7a', x)));
    const pooled = b.globalPool('global_pool', x);
    return {
      output: b.dense('fc', pooled, classes),
      stages: [
        { name: 'stem', end: 'Pool1' }, { name: 'stem2', end: 'Pool2' }, { name: 'Mixed_5', end: fifth }, { name: 'Mixed_6', end: sixth }, { name: 'Mixed_7', end: pooled },
        { name: 'head', end: 'fc' },
      ],
      features: pooled,
      gradCam: x,
      // Sizes do not halve, as its convolutions do not pad: 149, 73, 35, 17, 8.
      skips: [],
    };
  });
}

const inputSize = [299, 299] as const;

export const inceptionV3: readonly Variant[] = [{
  id: 'inception_v3', family: 'Inception', title: 'Inception-v3', inputSize, features: 2048, defaultWeights: 'inception_v3.tv_in1k', unread: ['AuxLogits.'],
  preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bicubic', ...symmetric },
  build: (options) => inceptionOf('inception_v3', inputShape({ inputSize }, options), options.classes),
}];
