// MobileNet v2. Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018. Names as in timm.
import { imagenet, inputShape } from '../variant.ts';
import type { Variant } from '../variant.ts';
import { invertedResidualNetwork } from './inverted-residual-network.ts';
import type { Plan } from './inverted-residual-network.ts';

const plan: Plan = {
  convention: { padding: 'symmetric', eps: 1e-5, act: 'relu6' },
  stem: 32,
  features: 1280,
  squeeze: null,
  stages: [
    { expansion: 1, filters: 16, blocks: 1, stride: 1, kernel: 3 },
    { expansion: 6, filters: 24, blocks: 2, stride: 2, kernel: 3 },
    { expansion: 6, filters: 32, blocks: 3, stride: 2, kernel: 3 },
    { expansion: 6, filters: 64, blocks: 4, stride: 2, kernel: 3 },
    { expansion: 6, filters: 96, blocks: 3, stride: 1, kernel: 3 },
    { expansion: 6, filters: 160, blocks: 3, stride: 2, kernel: 3 },
    { expansion: 6, filters: 320, blocks: 1, stride: 1, kernel: 3 },
  ],
};

const inputSize = [224, 224] as const;

export const mobilenetV2: readonly Variant[] = [{
  id: 'mobilenetv2_100', family: 'MobileNet v2', title: 'MobileNet v2', inputSize, features: plan.features, defaultWeights: 'mobilenetv2_100.ra_in1k',
  preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bicubic', ...imagenet },
  build: (options) => invertedResidualNetwork('mobilenetv2_100', inputShape({ inputSize }, options), options.classes, plan),
}];
