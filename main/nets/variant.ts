// What a family of networks offers to the list: rows that can be built.
import type { Preprocessing } from '#contract/runs.ts';
import type { Network } from './graph.ts';

export interface BuildOptions {
  readonly classes: number;
  /** [height, width]; none = the variant's own. */
  readonly inputSize?: readonly [height: number, width: number];
  /** Of the input; none = 3. */
  readonly channels?: number;
}

export interface Variant {
  /** timm's name; torchvision's for AlexNet, our own for networks that have no pretrained weights. */
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly inputSize: readonly [height: number, width: number];
  /** Width of the pooled features. */
  readonly features: number;
  /** Weights in the catalogue that are meant when nobody chooses. */
  readonly defaultWeights: string | null;
  /** Beginnings of the names of tensors that its pretrained files have besides, such as a second classifier: they are left unread. */
  readonly unread?: readonly string[];
  /** For weights that come without their own (a file, or none at all). */
  readonly preprocessing: Preprocessing;
  build(options: BuildOptions): Network;
}

/** Mean and standard deviation per channel. */
export type Normalisation = Pick<Preprocessing, 'mean' | 'std'>;

/** Of the ImageNet training pictures, as in torchvision and most of timm. */
export const imagenet: Normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** To [-1, 1], as in networks that come from TensorFlow. */
export const symmetric: Normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** [height, width, channels] of the input that is asked for. */
export function inputShape(variant: Pick<Variant, 'inputSize'>, options: BuildOptions): readonly [height: number, width: number, channels: number] {
  const [height, width] = options.inputSize ?? variant.inputSize;
  return [height, width, options.channels ?? 3];
}
