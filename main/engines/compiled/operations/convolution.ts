// Convolution, full or depthwise: TensorFlow's three operations for it (forward, gradient of the input, gradient of the filter).
import type { Precision } from '#contract/engines.ts';
import type { Conv } from '../../../nets/graph.ts';
import type { Margins, Shape } from '../../../nets/shapes.ts';
import type { Attributes, Ref } from '../graph-writer.ts';
import type { ParameterValue, Pass, Value } from '../pass.ts';
import { addBias } from './bias.ts';
import { dilated } from './dilation.ts';
import { matrixFilterGradient, matrixForm, pointInputGradient } from './matrix-gradients.ts';
import { padded } from './window.ts';

/** y = x * w (+ b) with * the cross-correlation; dx = dy convolved with w, dw = x correlated with dy. */
export function conv(pass: Pass, node: Conv, x: Value, shape: Shape): Value {
  const kernel = convolutionKernel(pass, node, x);
  const { input, weight, type } = kernel;
  const y = pass.result({ ref: kernel.forward(weight.as(type)), shape, from: [input], parameters: [weight] }, (dy) => {
    pass.addGradient(input, () => kernel.inputGradient(dy, weight.as));
    pass.addParameterGradient(weight, () => kernel.filterGradient(dy), type);
  });
  return node.bias ? addBias(pass, y, pass.parameter(`${node.id}.bias`)) : y;
}

/** What a convolution computes, whichever tensor holds its weights. */
export interface ConvolutionKernel {
  /** The padded input. */
  readonly input: Value;
  readonly weight: ParameterValue;
  readonly type: Precision;
  forward(weight: Ref): Ref;
  inputGradient(dy: Ref, weightAs: (type: Precision) => Ref): Ref;
  /** In the type of the arithmetic, in the shape of the weight. */
  filterGradient(dy: Ref): Ref;
}

/** @throws Error for a stride together with a dilation */
export function convolutionKernel(pass: Pass, node: Conv, x: Value): ConvolutionKernel {
  const { emit } = pass;
  const weight = pass.parameter(`${node.id}.weight`);
  const { input, edges, attributes, spread, gather } = laidOut(pass, node, pass.cast(x, pass.options.precision));
  const { type } = input;
  const depthwise = node.groups === 'depthwise';
  const name = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
  // oneDNN has no fast bfloat16 kernel for the input gradient of a strided depthwise convolution: 97 ms a step of MobileNetV2, 8 in float32.
  const inputType = depthwise && node.stride > 1 ? 'float32' : type;
  const form = type === 'float32' ? matrixForm(node, input.shape) : null;
  const correlation = { x: input.ref, shape: input.shape, edges, weight: weight.shape };
  return {
    input, weight, type,
    forward: (filter) => gather(emit.op(name, [input.ref, filter], type, attributes)),
    inputGradient(dy, weightAs) {
      if (form === 'point') return pointInputGradient(emit, correlation, weightAs('float32'), dy);
      const gradient = emit.op(`${name}BackpropInput`, [emit.sizes(input.ref, type), weightAs(inputType), emit.cast(spread(dy), type, inputType)], inputType, attributes);
      return emit.cast(gradient, inputType, type);
    },
    filterGradient(dy) {
      if (form !== null) return matrixFilterGradient(emit, form, correlation, dy);
      return emit.op(`${name}BackpropFilter`, [input.ref, emit.integers(weight.shape), spread(dy)], type, attributes);
    },
  };
}

/** How a convolution lies over its input. */
export interface ConvolutionLayout {
  readonly input: Value;
  /** Zeros that TensorFlow adds around the input. */
  readonly edges: Margins;
  readonly attributes: Attributes;
  /** From the layout of the output to the one in which TensorFlow convolves, and back. */
  readonly spread: (y: Ref) => Ref;
  readonly gather: (y: Ref) => Ref;
}

function laidOut(pass: Pass, node: Conv, x: Value): ConvolutionLayout {
  const { dilation = 1 } = node;
  if (dilation > 1) return dilated(pass, node, x, dilation);
  return { ...padded(pass, node, x), spread: (y) => y, gather: (y) => y };
}
