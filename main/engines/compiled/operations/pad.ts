// Edges around a map: the operation `pad`, and the padding of windows that TensorFlow cannot do well itself.
import type { ZeroPad } from '../../../nets/graph.ts';
import type { Margins } from '../../../nets/shapes.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

/** y = x with zeros around it. */
export function pad(pass: Pass, node: ZeroPad, x: Value): Value {
  return padEdges(pass, x, node.pad, 0, node.channels);
}

/** y = x inside, `fill` around it and in `added` channels after it; dx = the inside of dy. */
export function padEdges(pass: Pass, x: Value, [top, bottom, left, right]: Margins, fill: number, added = 0): Value {
  const { emit } = pass;
  const [height = 0, width = 0, channels = 0] = x.shape;
  const paddings = emit.graph.constant('int32', [4, 2], [0, 0, top, bottom, left, right, 0, added]);
  const types = { Tpaddings: attribute.type('int32') };
  const ref = fill === 0 ? emit.op('Pad', [x.ref, paddings], x.type, types) : emit.op('PadV2', [x.ref, paddings, emit.number(fill, x.type)], x.type, types);
  return pass.result({ ref, shape: [height + top + bottom, width + left + right, channels + added], from: [x] }, (dy) => {
    pass.addGradient(x, () => emit.op('Slice', [dy, emit.integers([0, top, left, 0]), emit.sizes(x.ref, x.type)], x.type, { Index: attribute.type('int32') }));
  });
}
