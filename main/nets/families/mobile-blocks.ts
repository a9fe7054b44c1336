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
  /** Share of the block's input channels that squeeze-and-excitation keeps inside; 0 = none. */
  readonly squeeze: number;
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
function squeezeExcite(b: Builder, { act }: Convention, path: string, x: NodeId, inside: number): NodeId {
  let gate = b.globalPool(`${path}.pool`, x, { keepDims: true });
  gate = b.act(`${path}.act1`, b.conv(`${path}.conv_reduce`, gate, { filters: inside, kernel: 1, pad: 0, bias: true }), act);
  gate = b.conv(`${path}.conv_expand`, gate, { filters: b.channels(x), kernel: 1, pad: 0, bias: true });
  return b.mul(`${path}.mul`, x, b.act(`${path}.gate`, gate, 'sigmoid'));
}

/** The gate sized by the channels that enter the block, or nothing. */
function gated(b: Builder, convention: Convention, path: string, x: NodeId, entering: number, { squeeze }: BlockOptions): NodeId {
  return squeeze > 0 ? squeezeExcite(b, convention, `${path}.se`, x, Math.round(entering * squeeze)) : x;
}

/**
 * Depthwise 3x3 (or 5x5), then 1x1. Without `linear` (MobileNet v1) the 1x1 is activated and there is no shortcut.
 * Howard et al.: "MobileNets", 2017.
 */
export function depthwiseSeparable(b: Builder, convention: Convention, path: string, x: NodeId, options: BlockOptions & { readonly linear: boolean }): NodeId {
  const entering = b.channels(x);
  const { filters, kernel, stride, linear } = options;
  let y = convNorm(b, convention, [`${path}.conv_dw`, `${path}.bn1`], x, { filters: entering, kernel, stride, groups: 'depthwise' });
  y = gated(b, convention, path, y, entering, options);
  y = convNorm(b, convention, [`${path}.conv_pw`, `${path}.bn2`], y, { filters, kernel: 1, linear });
  return linear && stride === 1 && entering === filters ? b.add(`${path}.add`, [y, x]) : y;
}

/**
 * 1x1 up to `expansion` times the channels, depthwise, gate, 1x1 down without activation; a shortcut where the shape stays.
 * Sandler et al.: "MobileNetV2", CVPR 2018.
 */
export function invertedResidual(b: Builder, convention: Convention, path: string, x: NodeId, options: BlockOptions & { readonly expansion: number }): NodeId {
  const entering = b.channels(x);
  const { filters, kernel, stride, expansion } = options;
  const inside = entering * expansion;
  let y = convNorm(b, convention, [`${path}.conv_pw`, `${path}.bn1`], x, { filters: inside, kernel: 1 });
  y = convNorm(b, convention, [`${path}.conv_dw`, `${path}.bn2`], y, { filters: inside, kernel, stride, groups: 'depthwise' });
  y = gated(b, convention, path, y, entering, options);
  y = convNorm(b, convention, [`${path}.conv_pwl`, `${path}.bn3`], y, { filters, kernel: 1, linear: true });
  return stride === 1 && entering === filters ? b.add(`${path}.add`, [y, x]) : y;
}
