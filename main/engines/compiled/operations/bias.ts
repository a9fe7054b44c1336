// Adding a vector along the channels, and the sum over everything else that is its gradient.
import type { Precision } from '#contract/engines.ts';
import type { Emitter } from '../emitter.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { ParameterValue, Pass, Value } from '../pass.ts';

const channelsLast = { data_format: attribute.string('NHWC') };

/** BiasAdd: TensorFlow fuses it with the convolution before and the activation after it. */
export function biasAdd(emit: Emitter, x: Ref, bias: Ref, type: Precision): Ref {
  return emit.op('BiasAdd', [x, bias], type, channelsLast);
}

/** y = x + b; dx = dy, db = sum of dy over all but the channels. */
export function addBias(pass: Pass, x: Value, bias: ParameterValue): Value {
  const ref = biasAdd(pass.emit, x.ref, bias.as(x.type), x.type);
  return pass.result({ ref, shape: x.shape, from: [x], parameters: [bias] }, (dy) => {
    pass.addGradient(x, () => dy);
    pass.addParameterGradient(bias, () => channelSum(pass.emit, dy, x.type, x.shape.at(-1) ?? 0));
  });
}

/**
 * Sum over all but the last axis, in float32: TensorFlow's own sum of bfloat16 numbers accumulates in bfloat16 and is off by up to 40 %.
 * The Reshape keeps TensorFlow from merging it into Conv2DBackpropFilterWithBias, which is up to four times slower than the two apart.
 */
export function channelSum(emit: Emitter, ref: Ref, type: Precision, channels: number): Ref {
  const rows = emit.cast(emit.reshape(ref, emit.integers([-1, channels]), type), type, 'float32');
  return emit.op('BiasAddGrad', [rows], 'float32', channelsLast);
}
