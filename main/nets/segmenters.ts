// The networks that colour every pixel: a U-Net decoder on each backbone that has skips, and the original U-Net in three widths.
import { StudioError } from '#contract/errors.ts';
import type { BackboneRecord } from '#contract/plan.ts';
import { unet } from './decoder.ts';
import { describe } from './describe.ts';
import type { Described } from './describe.ts';
import { originalUnet } from './families/unet.ts';
import type { Network } from './graph.ts';
import { variant, variants } from './index.ts';
import type { BuildOptions, Variant } from './variant.ts';
import { imagenet } from './variant.ts';

/** A segmenter has no pooled features; its other facts are those of its encoder. */
export type Segmenter = Pick<Variant, 'id' | 'family' | 'title' | 'inputSize' | 'defaultWeights' | 'preprocessing' | 'build'>;

const tile = [256, 256] as const;

const original = (width: number): Segmenter => ({
  id: `unet_${width}`, family: 'unet', title: `U-Net of 2015 (${width} filters)`, inputSize: tile, defaultWeights: null,
  preprocessing: { size: [...tile], channels: 3, cropShare: 1, interpolation: 'bilinear', ...imagenet },
  build: ({ classes, inputSize: [height, columns] = tile, channels = 3 }) => originalUnet({ classes, input: [height, columns, channels], width, padding: 'same', norms: true }),
});

const onBackbone = (backbone: Variant): Segmenter => ({
  id: backbone.id, family: backbone.family, title: backbone.title, inputSize: tile, defaultWeights: backbone.defaultWeights, preprocessing: backbone.preprocessing,
  // The backbone's own classes do not matter: its head is left out.
  build: (options: BuildOptions): Network => unet(backbone.build({ inputSize: tile, ...options, classes: 1 }), { classes: options.classes }),
});

/** Does a backbone have maps that a decoder can join? Told without building it for every family that has none. */
const joinable = (backbone: Variant): boolean => backbone.build({ classes: 1 }).skips.length > 0;

const originals: readonly Segmenter[] = [16, 32, 64].map(original);

/** What is known of a backbone, whatever stands on it; the original U-Nets are their own. @throws StudioError not-found */
export function backboneFacts(id: string): Pick<Variant, 'title' | 'defaultWeights' | 'preprocessing'> {
  return originals.find((one) => one.id === id) ?? variant(id);
}

/** All of them. Builds every backbone once. */
export function segmenters(): readonly Segmenter[] {
  return [...variants.filter(joinable).map(onBackbone), ...originals];
}

/** What a person reads about one before choosing it: costs are those of a tile of 256 pixels with one class and the background. @param weights of its encoder */
export function describeSegmenter(one: Segmenter, weights: BackboneRecord['weights']): Described {
  return describe({ ...one, features: 0 }, one.build({ classes: 2, inputSize: tile }), weights);
}

/** @throws StudioError not-found for a name that is none, refused `network.no-skips` for a backbone without skips */
export function segmenter(id: string): Segmenter {
  const found = originals.find((one) => one.id === id);
  if (found) return found;
  const backbone = variant(id);
  if (!joinable(backbone)) throw new StudioError('refused', 'network.no-skips', { backbone: id }, `${id} has no maps that a U-Net decoder could join. Choose another backbone, such as tf_efficientnet_lite0 or resnet18.`);
  return onBackbone(backbone);
}
