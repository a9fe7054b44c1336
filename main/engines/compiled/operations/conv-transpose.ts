// Transposed convolution without overlap: each input pixel becomes a square of output pixels.
import type { ConvTranspose } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import { attribute } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import { addBias } from './bias.ts';

/** The forward pass is the input gradient of a convolution with weight [h, w, out, in], and the other way round. */
export function convTranspose(pass: Pass, node: ConvTranspose, input: Value, shape: Shape): Value {
  const { emit } = pass;
  const x = pass.cast(input, pass.options.precision);
  const { type } = x;
  const weight = pass.parameter(`${node.id}.weight`);
  const attributes = {
    strides: attribute.integers([1, node.kernel, node.kernel, 1]), padding: attribute.string('VALID'), data_format: attribute.string('NHWC'),
  };
  const ref = emit.op('Conv2DBackpropInput', [emit.batchOf(x.ref, type, shape), weight.as(type), x.ref], type, attributes);
  const y = pass.result({ ref, shape, from: [x], parameters: [weight] }, (dy) => {
    pass.addGradient(x, () => emit.op('Conv2D', [dy, weight.as(type)], type, attributes));
    pass.addParameterGradient(weight, () => emit.op('Conv2DBackpropFilter', [dy, emit.integers(weight.shape), x.ref], type, attributes), type);
  });
  return node.bias ? addBias(pass, y, pass.parameter(`${node.id}.bias`)) : y;
}
