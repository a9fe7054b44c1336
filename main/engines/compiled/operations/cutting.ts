// Operations that take a part of what they read: the middle of a map, a map out of a vector. The rest of dx is zero.
import type { Crop, Part } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import { sizeOf } from '../../../tensor.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

/** The middle of a map. */
export function crop(pass: Pass, { crop: [top, , left] }: Crop, x: Value, shape: Shape): Value {
  return slice(pass, x, [top, left, 0], shape);
}

/** A stretch of a vector, as a map. */
export function part(pass: Pass, { offset }: Part, x: Value, shape: Shape): Value {
  const { emit } = pass;
  const stretch = slice(pass, x, [offset], [sizeOf(shape)]);
  const ref = emit.reshape(stretch.ref, emit.integers([-1, ...shape]), x.type);
  return pass.result({ ref, shape, from: [stretch] }, (dy) => {
    pass.addGradient(stretch, () => emit.reshape(dy, emit.integers([-1, ...stretch.shape]), x.type));
  });
}

function slice(pass: Pass, x: Value, begin: readonly number[], shape: Shape): Value {
  const { emit } = pass;
  const ref = emit.op('Slice', [x.ref, emit.integers([0, ...begin]), emit.integers([-1, ...shape])], x.type, { Index: attribute.type('int32') });
  const around = begin.flatMap((before, axis) => [before, x.shape[axis]! - before - shape[axis]!]);
  return pass.result({ ref, shape, from: [x] }, (dy) => {
    pass.addGradient(x, () => emit.op('Pad', [dy, emit.graph.constant('int32', [begin.length + 1, 2], [0, 0, ...around])], x.type, { Tpaddings: attribute.type('int32') }));
  });
}
