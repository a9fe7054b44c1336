// The linear layer, and the flattening before it.
import type { Dense, Flatten } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import { addBias } from './bias.ts';

/** y = x w (+ b) with w [in, out], in float32 whatever the precision; dx = dy w', dw = x' dy. */
export function dense(pass: Pass, node: Dense, input: Value, shape: Shape): Value {
  const x = pass.cast(input, 'float32');
  const weight = pass.parameter(`${node.id}.weight`);
  const product = (a: Ref, b: Ref, transposeA: boolean, transposeB: boolean): Ref =>
    pass.emit.op('MatMul', [a, b], 'float32', { transpose_a: attribute.bool(transposeA), transpose_b: attribute.bool(transposeB) });
  const y = pass.result({ ref: product(x.ref, weight.ref, false, false), shape, from: [x], parameters: [weight] }, (dy) => {
    pass.addGradient(x, () => product(dy, weight.ref, false, true));
    pass.addParameterGradient(weight, () => product(x.ref, dy, true, false));
  });
  return node.bias ? addBias(pass, y, pass.parameter(`${node.id}.bias`)) : y;
}

/** A map as one row, in row, column, channel order: weights behind it are reordered from PyTorch's channel, row, column when they are loaded. */
export function flatten(pass: Pass, _node: Flatten, x: Value, shape: Shape): Value {
  const { emit } = pass;
  return pass.result({ ref: emit.reshape(x.ref, emit.integers([-1, ...shape]), x.type), shape, from: [x] }, (dy) => {
    pass.addGradient(x, () => emit.reshape(dy, emit.integers([-1, ...x.shape]), x.type));
  });
}
