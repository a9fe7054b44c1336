// EfficientNet. Tan, Le: "EfficientNet: rethinking model scaling for convolutional neural networks", ICML 2019; Lite: Google 2020, without gates and with ReLU6. Names as in timm.
import { imagenet, inputShape, symmetric } from '../variant.ts';
import type { Normalisation, Variant } from '../variant.ts';
import { invertedResidualNetwork } from './inverted-residual-network.ts';
import type { Plan, StageRow } from './inverted-residual-network.ts';
import { toMultiple } from './mobile-blocks.ts';
import type { Convention, Squeeze } from './mobile-blocks.ts';

/** B0 and Lite0; the others are scaled from it: wider by the factor `width`, to multiples of 8, and deeper by `depth`. */
const stages: readonly StageRow[] = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1, kernel: 3 },
  { expansion: 6, filters: 24, blocks: 2, stride: 2, kernel: 3 },
  { expansion: 6, filters: 40, blocks: 2, stride: 2, kernel: 5 },
  { expansion: 6, filters: 80, blocks: 3, stride: 2, kernel: 3 },
  { expansion: 6, filters: 112, blocks: 3, stride: 1, kernel: 5 },
  { expansion: 6, filters: 192, blocks: 4, stride: 2, kernel: 5 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1, kernel: 3 },
];

const squeeze: Squeeze = { share: 0.25, of: 'entering', multiple: 1, act: 'silu', gate: 'sigmoid' };

const pytorch = { padding: 'symmetric', eps: 1e-5 } as const;
const tensorflow = { padding: 'same', eps: 1e-3 } as const;

interface Row {
  readonly id: string;
  readonly title: string;
  readonly convention: Convention;
  readonly squeeze: Squeeze | null;
  /** Factors on the filters and on the blocks per stage; 1 where missing. */
  readonly width?: number;
  readonly depth?: number;
  /** Height = width of the pictures of its weights; 224 where missing. */
  readonly size?: number;
  readonly weights: string | null;
  readonly normalisation: Normalisation;
}

const rows: readonly Row[] = [
  { id: 'tf_efficientnet_lite0', title: 'EfficientNet-Lite0 (TensorFlow padding)', convention: { ...tensorflow, act: 'relu6' }, squeeze: null, weights: 'tf_efficientnet_lite0.in1k', normalisation: symmetric },
  { id: 'efficientnet_lite0', title: 'EfficientNet-Lite0', convention: { ...pytorch, act: 'relu6' }, squeeze: null, weights: 'efficientnet_lite0.ra_in1k', normalisation: imagenet },
  { id: 'efficientnet_b0', title: 'EfficientNet-B0', convention: { ...pytorch, act: 'silu' }, squeeze, weights: 'efficientnet_b0.ra_in1k', normalisation: imagenet },
  { id: 'efficientnet_b1', title: 'EfficientNet-B1', convention: { ...pytorch, act: 'silu' }, squeeze, depth: 1.1, weights: 'efficientnet_b1.ft_in1k', normalisation: imagenet },
  { id: 'efficientnet_b2', title: 'EfficientNet-B2', convention: { ...pytorch, act: 'silu' }, squeeze, width: 1.1, depth: 1.2, size: 256, weights: 'efficientnet_b2.ra_in1k', normalisation: imagenet },
  { id: 'efficientnet_b3', title: 'EfficientNet-B3', convention: { ...pytorch, act: 'silu' }, squeeze, width: 1.2, depth: 1.4, size: 288, weights: 'efficientnet_b3.ra2_in1k', normalisation: imagenet },
  { id: 'tf_efficientnet_b0', title: 'EfficientNet-B0 (TensorFlow padding)', convention: { ...tensorflow, act: 'silu' }, squeeze, weights: 'tf_efficientnet_b0.in1k', normalisation: imagenet },
];

function variant({ id, title, convention, squeeze, width = 1, depth = 1, size = 224, weights, normalisation }: Row): Variant {
  const inputSize = [size, size] as const;
  const filters = (base: number) => toMultiple(base * width, 8);
  const scaled = stages.map((stage) => ({ ...stage, filters: filters(stage.filters), blocks: Math.ceil(stage.blocks * depth) }));
  const plan: Plan = { convention, squeeze, stages: scaled, stem: filters(32), features: filters(1280) };
  return {
    id, family: 'EfficientNet', title, inputSize, features: plan.features, defaultWeights: weights,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bicubic', ...normalisation },
    build: (options) => invertedResidualNetwork(id, inputShape({ inputSize }, options), options.classes, plan),
  };
}

export const efficientnet: readonly Variant[] = rows.map(variant);
