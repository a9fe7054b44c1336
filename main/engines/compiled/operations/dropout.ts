// Dropout: a random mask in training, nothing in inference. Srivastava et al. 2014.
import type { Dropout } from '../../../nets/graph.ts';
import { fnv1a32 } from '../../../random.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

/**
 * y = x mask / (1 - rate). The mask depends on the batch's seed and the node's name only (counter-based Philox inside TensorFlow), so a step can be repeated.
 */
export function dropout(pass: Pass, node: Dropout, x: Value): Value {
  const { emit, options } = pass;
  if (!options.training || node.rate === 0) return x;
  if (options.seed === undefined) throw new Error(`${node.id}: dropout needs a seed`);
  const seed = emit.add(options.seed, emit.integers([fnv1a32(node.id) | 0, 0]), 'int32');
  const random = emit.graph.op('StatelessRandomUniform', [emit.sizes(x.ref, x.type), seed],
    { dtype: attribute.type('float32'), T: attribute.type('int32'), Tseed: attribute.type('int32') });
  const kept = emit.cast(emit.op('GreaterEqual', [random, emit.number(node.rate)], 'float32'), 'bool', x.type);
  const mask = emit.multiply(kept, emit.number(1 / (1 - node.rate), x.type), x.type);
  return pass.result({ ref: emit.multiply(x.ref, mask, x.type), shape: x.shape, from: [x] }, (dy) => {
    pass.addGradient(x, () => emit.multiply(dy, mask, x.type));
  });
}
