// EfficientNet. Tan, Le: "EfficientNet: rethinking model scaling for convolutional neural networks", ICML 2019; Lite: Google 2020, without gates and with ReLU6. Names as in timm.
import { imagenet, inputShape, symmetric } from '../variant.ts';
import type { Normalisation, Variant } from '../variant.ts';
import { invertedResidualNetwork } from './inverted-residual-network.ts';
import type { Plan, StageRow } from './inverted-residual-network.ts';
import type { Convention } from './mobile-blocks.ts';

/** B0 and Lite0; the others are scaled from it. */
const stages: readonly StageRow[] = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1, kernel: 3 },
  { expansion: 6, filters: 24, blocks: 2, stride: 2, kernel: 3 },
  { expansion: 6, filters: 40, blocks: 2, stride: 2, kernel: 5 },
  { expansion: 6, filters: 80, blocks: 3, stride: 2, kernel: 3 },
  { expansion: 6, filters: 112, blocks: 3, stride: 1, kernel: 5 },
  { expansion: 6, filters: 192, blocks: 4, stride: 2, kernel: 5 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1, kernel: 3 },
];

const pytorch = { padding: 'symmetric', eps: 1e-5 } as const;
const tensorflow = { padding: 'same', eps: 1e-3 } as const;

interface Row {
  readonly id: string;
  readonly title: string;
  readonly convention: Convention;
  readonly squeeze: number;
  readonly weights: string | null;
  readonly normalisation: Normalisation;
}

const rows: readonly Row[] = [
  { id: 'tf_efficientnet_lite0', title: 'EfficientNet-Lite0 (TensorFlow padding)', convention: { ...tensorflow, act: 'relu6' }, squeeze: 0, weights: 'tf_efficientnet_lite0.in1k', normalisation: symmetric },
  { id: 'efficientnet_lite0', title: 'EfficientNet-Lite0', convention: { ...pytorch, act: 'relu6' }, squeeze: 0, weights: 'efficientnet_lite0.ra_in1k', normalisation: imagenet },
  { id: 'efficientnet_b0', title: 'EfficientNet-B0', convention: { ...pytorch, act: 'silu' }, squeeze: 0.25, weights: 'efficientnet_b0.ra_in1k', normalisation: imagenet },
  { id: 'tf_efficientnet_b0', title: 'EfficientNet-B0 (TensorFlow padding)', convention: { ...tensorflow, act: 'silu' }, squeeze: 0.25, weights: 'tf_efficientnet_b0.in1k', normalisation: imagenet },
];

function variant({ id, title, convention, squeeze, weights, normalisation }: Row): Variant {
  const inputSize = [224, 224] as const;
  const plan: Plan = { convention, squeeze, stages, stem: 32, features: 1280 };
  return {
    id, family: 'EfficientNet', title, inputSize, features: plan.features, defaultWeights: weights,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bicubic', ...normalisation },
    build: (options) => invertedResidualNetwork(id, inputShape({ inputSize }, options), options.classes, plan),
  };
}

export const efficientnet: readonly Variant[] = rows.map(variant);
