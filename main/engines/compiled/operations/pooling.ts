// Maximum, mean over a window, mean over the whole map, and means over the cells of a grid.
import { adaptiveWeights } from '../../../nets/adaptive.ts';
import type { AdaptivePool, AvgPool, GlobalPool, MaxPool } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import type { PaddedWindow } from './window.ts';
import { padded } from './window.ts';

/** Finite, since minus infinity times a zero gradient is not a number, and representable in bfloat16. */
const LOWEST = -3e38;

const pooling = ({ attributes, kernel: [height, width] }: PaddedWindow) => ({ ...attributes, ksize: attribute.integers([1, height, width, 1]) });

/** y = the largest of the window; dy goes to the first place where it was found. */
export function maxPool(pass: Pass, node: MaxPool, input: Value, shape: Shape): Value {
  const { emit } = pass;
  const window = padded(pass, node, input, { fill: LOWEST });
  const { input: x } = window;
  const y = emit.op('MaxPool', [x.ref], x.type, pooling(window));
  return pass.result({ ref: y, shape, from: [x] }, (dy) => {
    pass.addGradient(x, () => emit.op('MaxPoolGrad', [x.ref, y, dy], x.type, pooling(window)));
  });
}

/** y = the mean of the window, padded zeros counted as PyTorch does. SAME is not used: there TensorFlow leaves them out. */
export function avgPool(pass: Pass, node: AvgPool, input: Value, shape: Shape): Value {
  const { emit } = pass;
  const window = padded(pass, node, input, { allowSame: false });
  const { input: x } = window;
  return pass.result({ ref: emit.op('AvgPool', [x.ref], x.type, pooling(window)), shape, from: [x] }, (dy) => {
    pass.addGradient(x, () => emit.op('AvgPoolGrad', [emit.sizes(x.ref, x.type), dy], x.type, pooling(window)));
  });
}

/** y = the mean over height and width, in float32 whatever the precision; dx = dy / (height width) everywhere. */
export function globalPool(pass: Pass, node: GlobalPool, input: Value, shape: Shape): Value {
  const { emit } = pass;
  const x = pass.cast(input, 'float32');
  const [height = 1, width = 1, channels = 1] = x.shape;
  return pass.result({ ref: emit.reduce('Mean', x.ref, [1, 2], node.keepDims), shape, from: [x] }, (dy) => {
    pass.addGradient(x, () => {
      const share = emit.multiply(dy, emit.number(1 / (height * width)));
      const pixel = emit.reshape(share, emit.integers([-1, 1, 1, channels]));
      return emit.op('BroadcastTo', [pixel, emit.sizes(x.ref, x.type)], 'float32', { Tidx: attribute.type('int32') });
    });
  });
}

/** y = m x with x as [pixels, channels] and m the share of each pixel in each cell, in float32 whatever the precision; dx = m' dy. */
export function adaptivePool(pass: Pass, node: AdaptivePool, input: Value, shape: Shape): Value {
  const { emit } = pass;
  const x = pass.cast(input, 'float32');
  const [height = 1, width = 1, channels = 1] = x.shape;
  const [cells, pixels] = [node.size[0] * node.size[1], height * width];
  const weights = emit.graph.constant('float32', [cells, pixels], [...adaptiveWeights(node, [height, width])]);
  const times = (maps: Ref, back: boolean) => {
    const rows = emit.reshape(maps, emit.integers([-1, back ? cells : pixels, channels]));
    const product = emit.op('BatchMatMulV2', [weights, rows], 'float32', { adj_x: attribute.bool(back), adj_y: attribute.bool(false) });
    return emit.reshape(product, emit.integers([-1, ...(back ? x.shape : shape)]));
  };
  return pass.result({ ref: times(x.ref, false), shape, from: [x] }, (dy) => pass.addGradient(x, () => times(dy, true)));
}
