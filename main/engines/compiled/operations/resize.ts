// Enlarging a map by a whole factor.
import type { Resize } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

/**
 * Nearest neighbour or bilinear, both with half-pixel centres, in float32 whatever the precision.
 * For nearest neighbours by a whole factor that is the same as without, but no coordinate lies on the border between two pixels, where rounding would decide.
 */
export function resize(pass: Pass, node: Resize, input: Value, shape: Shape): Value {
  const { emit } = pass;
  const x = pass.cast(input, 'float32');
  const attributes = { align_corners: attribute.bool(false), half_pixel_centers: attribute.bool(true) };
  const name = node.method === 'bilinear' ? 'ResizeBilinear' : 'ResizeNearestNeighbor';
  const ref = emit.op(name, [x.ref, emit.integers(shape.slice(0, 2))], 'float32', attributes);
  const result = pass.result({ ref, shape, from: [x] }, (dy) => {
    // The bilinear gradient takes the picture itself, the other one its size.
    pass.addGradient(x, () => emit.op(`${name}Grad`, [dy, node.method === 'bilinear' ? x.ref : emit.integers(x.shape.slice(0, 2))], 'float32', attributes));
  });
  return pass.cast(result, input.type);
}
