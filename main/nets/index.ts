// The networks that Fovea knows, and what can be done with one. Adding a backbone: a file in families/, a line here.
import { StudioError } from '#contract/errors.ts';
import { alexnet } from './families/alexnet.ts';
import { cbr } from './families/cbr.ts';
import { densenet } from './families/densenet.ts';
import { efficientnet } from './families/efficientnet.ts';
import { inceptionV3 } from './families/inception-v3.ts';
import { mobilenetV1 } from './families/mobilenet-v1.ts';
import { mobilenetV2 } from './families/mobilenet-v2.ts';
import { mobilenetV3 } from './families/mobilenet-v3.ts';
import { plainAndResidual } from './families/plain-and-residual.ts';
import { resnet } from './families/resnet.ts';
import { vgg } from './families/vgg.ts';
import type { Variant } from './variant.ts';

export const variants: readonly Variant[] = [
  ...efficientnet,
  ...mobilenetV1,
  ...mobilenetV2,
  ...mobilenetV3,
  ...resnet,
  ...densenet,
  ...inceptionV3,
  ...vgg,
  ...alexnet,
  ...cbr,
  ...plainAndResidual,
];

/** @throws StudioError not-found, listing what there is */
export function variant(id: string): Variant {
  const found = variants.find((row) => row.id === id);
  if (found) return found;
  const list = variants.map((row) => row.id).join(', ');
  throw new StudioError('not-found', 'network.unknown', { id, list }, `There is no backbone ${id}. There are ${list}.`);
}

export type { BuildOptions, Variant } from './variant.ts';
export { parameters } from './parameters.ts';
export type { Parameter } from './parameters.ts';
export { margins, outputShape, shapes, windowOf } from './shapes.ts';
export type { Margins, Shape } from './shapes.ts';
export { fromTensorflow, tensorflowShape, toTensorflow } from './layout.ts';
export { adaptiveWeights } from './adaptive.ts';
export { build } from './build.ts';
export type { Builder } from './build.ts';
export { moduleEnd, stageIndex, stageNodes } from './stages.ts';
export { cut, cutPoints } from './cut.ts';
export type { Cut } from './cut.ts';
export { classifier, headName, headNodes, headParameters, hiddenUnits, withHead } from './head.ts';
export type { HeadOptions } from './head.ts';
export { behind, crossing, upTo } from './crossing.ts';
export { ENCODER, unet } from './decoder.ts';
export { originalUnet } from './families/unet.ts';
export { receptiveRadius } from './receptive-field.ts';
export { count } from './count.ts';
export type { Cost, NetworkCost } from './count.ts';
export { activationMemory } from './memory.ts';
export type { ActivationMemory } from './memory.ts';
export { describeBackbone } from './describe.ts';
export { initialValues } from './initial.ts';
export type { InitialOptions } from './initial.ts';
