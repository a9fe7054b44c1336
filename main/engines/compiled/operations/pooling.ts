// Maximum, mean over a window, and mean over the whole map.
import type { AvgPool, GlobalPool, MaxPool } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
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
