// Blocks that MobileNet and EfficientNet share: depthwise-separable and inverted residual, with timm's names.
import type { Builder } from '../build.ts';
import type { Activation, NodeId } from '../graph.ts';

/** What differs between networks born in PyTorch and in TensorFlow, and between families. */
export interface Convention {
  /** `symmetric`: (kernel - 1) / 2 on all sides. `same`: TensorFlow's rule. */
  readonly padding: 'symmetric' | 'same';
  /** Of the batch norms. */
  readonly eps: number;
  readonly act: Activation;
}

export interface BlockOptions {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  /** Null = no squeeze-and-excitation. */
  readonly squeeze: Squeeze | null;
}

/** Squeeze-and-excitation as a family does it. */
export interface Squeeze {
  /** Channels that it keeps, as a share of those that enter the block or of those inside it ... */
  readonly share: number;
  readonly of: 'entering' | 'inside';
  /** ... rounded to a multiple of this, and not down by more than a tenth. */
  readonly multiple: number;
  readonly act: Activation;
  readonly gate: 'sigmoid' | 'hardsigmoid';
}

/** timm's `make_divisible`: the nearest multiple, or the next where the nearest is more than a tenth below. */
export function toMultiple(channels: number, multiple: number): number {
  const nearest = Math.max(Math.floor((channels + multiple / 2) / multiple) * multiple, multiple);
  return nearest < 0.9 * channels ? nearest + multiple : nearest;
}

/** The padding of a convolution under a convention. */
const padOf = (kernel: number, { padding }: Convention) => (padding === 'same' ? 'same' : (kernel - 1) / 2);

/** Convolution and batch norm; with an activation `<norm>.act` unless `linear`. */
export function convNorm(
  b: Builder, convention: Convention, [conv, norm]: readonly [conv: NodeId, norm: NodeId], x: NodeId,
  { kernel, linear, ...rest }: { readonly filters: number; readonly kernel: number; readonly stride?: number; readonly groups?: 'depthwise'; readonly linear?: boolean },
): NodeId {
  const y = b.norm(norm, b.conv(conv, x, { kernel, pad: padOf(kernel, convention), ...rest }), { eps: convention.eps });
  return linear ? y : b.act(`${norm}.act`, y, convention.act);
}

/** Squeeze-and-excitation: a gate per channel computed from the channel means. Hu, Shen, Sun: CVPR 2018. */
function squeezeExcite(b: Builder, { act, gate: gateFn }: Squeeze, path: string, x: NodeId, kept: number): NodeId {
  let gate = b.globalPool(`${path}.pool`, x, { keepDims: true });
  gate = b.act(`${path}.act1`, b.conv(`${path}.conv_reduce`, gate, { filters: kept, kernel: 1, pad: 0, bias: true }), act);
  gate = b.conv(`${path}.conv_expand`, gate, { filters: b.channels(x), kernel: 1, pad: 0, bias: true });
  return b.mul(`${path}.mul`, x, b.act(`${path}.gate`, gate, gateFn));
}

/** The gate where the block has one. @param entering channels that enter the block */
function gated(b: Builder, path: string, x: NodeId, entering: number, { squeeze }: BlockOptions): NodeId {
  if (!squeeze) return x;
  const base = squeeze.of === 'entering' ? entering : b.channels(x);
  return squeezeExcite(b, squeeze, `${path}.se`, x, toMultiple(base * squeeze.share, squeeze.multiple));
}

/**
 * Depthwise 3x3 (or 5x5), then 1x1. Without `linear` (MobileNet v1) the 1x1 is activated and there is no shortcut.
 * Howard et al.: "MobileNets", 2017.
 */
export function depthwiseSeparable(b: Builder, convention: Convention, path: string, x: NodeId, options: BlockOptions & { readonly linear: boolean }): NodeId {
  const entering = b.channels(x);
  const { filters, kernel, stride, linear } = options;
  let y = convNorm(b, convention, [`${path}.conv_dw`, `${path}.bn1`], x, { filters: entering, kernel, stride, groups: 'depthwise' });
  y = gated(b, path, y, entering, options);
  y = convNorm(b, convention, [`${path}.conv_pw`, `${path}.bn2`], y, { filters, kernel: 1, linear });
  return linear && stride === 1 && entering === filters ? b.add(`${path}.add`, [y, x]) : y;
}

/**
 * 1x1 up to `inside` channels, depthwise, gate, 1x1 down without activation; a shortcut where the shape stays.
 * Sandler et al.: "MobileNetV2", CVPR 2018.
 */
export function invertedResidual(b: Builder, convention: Convention, path: string, x: NodeId, options: BlockOptions & { readonly inside: number }): NodeId {
  const entering = b.channels(x);
  const { filters, kernel, stride, inside } = options;
  let y = convNorm(b, convention, [`${path}.conv_pw`, `${path}.bn1`], x, { filters: inside, kernel: 1 });
  y = convNorm(b, convention, [`${path}.conv_dw`, `${path}.bn2`], y, { filters: inside, kernel, stride, groups: 'depthwise' });
  y = gated(b, path, y, entering, options);
  y = convNorm(b, convention, [`${path}.conv_pwl`, `${path}.bn3`], y, { filters, kernel: 1, linear: true });
  return stride === 1 && entering === filters ? b.add(`${path}.add`, [y, x]) : y;
}
