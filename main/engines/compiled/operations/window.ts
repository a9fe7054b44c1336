// Where a sliding window lies: TensorFlow's padding attribute, and the edges that have to be added by hand.
import type { Pad } from '../../../nets/graph.ts';
import { margins, windowOf } from '../../../nets/shapes.ts';
import type { Margins } from '../../../nets/shapes.ts';
import type { Attributes } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import { padEdges } from './pad.ts';

interface Sliding {
  readonly kernel: number | readonly [height: number, width: number];
  readonly stride: number;
  readonly pad: Pad;
}

export interface PaddedWindow {
  /** The input, with edges where TensorFlow cannot do it. */
  readonly input: Value;
  /** Edges that TensorFlow itself adds. */
  readonly edges: Margins;
  /** strides, padding and data_format. */
  readonly attributes: Attributes;
  readonly kernel: readonly [height: number, width: number];
}

/**
 * Lays a window over a map. TensorFlow has three ways to pad: VALID (not at all), SAME (its own rule, also met by an odd window in the middle of a
 * symmetric pad) and EXPLICIT. Whatever is neither VALID nor SAME becomes a Pad node, not EXPLICIT: with that TensorFlow takes Eigen kernels
 * for the gradients of a convolution instead of oneDNN's (ResNet-18: 12 % of a step in float32, 6 times a step in bfloat16), and a twentyfold slower one for max pooling.
 * @param fill what stands in the added edges; SAME stands for zeros (convolution) or for nothing (pooling)
 * @param allowSame whether SAME pads as `fill` does
 */
export function padded(pass: Pass, node: Sliding, x: Value, { fill = 0, allowSame = true } = {}): PaddedWindow {
  const window = windowOf(node);
  const [height = 0, width = 0] = x.shape;
  const size = [height, width] as const;
  const edges = margins(node.pad, size, window);
  const { kernel, stride } = window;
  if (edges.every((n) => n === 0)) return { input: x, edges, attributes: windowAttributes(stride, 'VALID'), kernel };
  if (allowSame && equal(edges, margins('same', size, window))) return { input: x, edges, attributes: windowAttributes(stride, 'SAME'), kernel };
  return { input: padEdges(pass, x, edges, fill), edges: none, attributes: windowAttributes(stride, 'VALID'), kernel };
}

const none: Margins = [0, 0, 0, 0];

export function windowAttributes(stride: number, padding: 'VALID' | 'SAME'): Attributes {
  return { strides: attribute.integers([1, stride, stride, 1]), padding: attribute.string(padding), data_format: attribute.string('NHWC') };
}

function equal(a: Margins, b: Margins): boolean {
  return a.every((n, side) => n === b[side]);
}
