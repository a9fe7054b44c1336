// Dilated convolution as a plain one on interleaved submaps: TensorFlow's own dilation has no gradients on the processor without oneDNN, and none at all for depthwise convolution.
import type { Conv } from '../../../nets/graph.ts';
import { margins } from '../../../nets/shapes.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import type { ConvolutionLayout } from './convolution.ts';
import { windowAttributes } from './window.ts';

/**
 * Splits the padded map into dilation^2 maps of every dilation-th pixel, which become pictures of the batch (SpaceToBatchND); the window is dense in each of them.
 * Splitting and its inverse are each other's gradients.
 */
export function dilated(pass: Pass, node: Conv, x: Value, dilation: number): ConvolutionLayout {
  if (node.stride !== 1) throw new Error(`${node.id}: stride ${node.stride} together with dilation ${dilation}`);
  const { emit } = pass;
  const [height = 0, width = 0, channels = 0] = x.shape;
  const [top, bottom, left, right] = margins(node.pad, [height, width], node);
  // Rows and columns added at the end so that the map divides by the dilation; they are cut off again.
  const rest = (size: number): number => (dilation - (size % dilation)) % dilation;
  const rows = rest(top + height + bottom);
  const columns = rest(left + width + right);
  const block = emit.integers([dilation, dilation]);
  const types = { Tblock_shape: attribute.type('int32') };
  const edges = (values: readonly number[]): Ref => emit.graph.constant('int32', [2, 2], values);
  const split = (ref: Ref, paddings: Ref): Ref => emit.op('SpaceToBatchND', [ref, block, paddings], x.type, { ...types, Tpaddings: attribute.type('int32') });
  const merge = (ref: Ref, crops: Ref): Ref => emit.op('BatchToSpaceND', [ref, block, crops], x.type, { ...types, Tcrops: attribute.type('int32') });

  const paddings = edges([top, bottom + rows, left, right + columns]);
  const crops = edges([0, rows, 0, columns]);
  const shape = [(top + height + bottom + rows) / dilation, (left + width + right + columns) / dilation, channels];
  const input = pass.result({ ref: split(x.ref, paddings), shape, from: [x] }, (dy) => pass.addGradient(x, () => merge(dy, paddings)));
  return { input, edges: [0, 0, 0, 0], attributes: windowAttributes(1, 'VALID'), spread: (y) => split(y, crops), gather: (y) => merge(y, crops) };
}
