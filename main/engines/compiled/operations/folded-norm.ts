// A convolution and the norm with stored statistics behind it, computed as one convolution with a bias: the same values and gradients, one pass less over the activations.
import type { Precision } from '#contract/engines.ts';
import type { Conv, Norm } from '../../../nets/graph.ts';
import type { Shape } from '../../../nets/shapes.ts';
import type { Ref } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';
import { biasAdd, channelSum } from './bias.ts';
import { convolutionKernel } from './convolution.ts';
import { inverseDeviation, normParameters } from './norm.ts';

/**
 * y = x * (w s) + c with s = gamma / sqrt(variance + eps) per filter and c = beta + (b - mean) s.
 * A training step of MobileNetV2 (batch 8, norms frozen) takes a fifth less this way; of ResNet-18 (batch 16) 5 % less with AVX2, 3 % more with AVX-512, and 10 % less memory.
 *
 * With W = dL/d(w s) and C = dL/dc: dw = W s, db = C s, dbeta = C, dgamma = (sum of W w over each filter + (b - mean) C) / sqrt(variance + eps).
 */
export function foldedConv(pass: Pass, node: Conv, norm: Norm, x: Value, shape: Shape): Value {
  const { emit } = pass;
  const kernel = convolutionKernel(pass, node, x);
  const { input, weight, type } = kernel;
  const bias = node.bias ? pass.parameter(`${node.id}.bias`) : null;
  const { gamma, beta, mean, variance } = normParameters(pass, norm);
  const inverse = inverseDeviation(pass, norm, variance);
  // Filters lie on the last axis of [h, w, in, out], and on the one before it in a depthwise [h, w, channels, 1].
  const depthwise = node.groups === 'depthwise';
  const alongFilters = (vector: Ref): Ref => (depthwise ? emit.reshape(vector, emit.integers([node.filters, 1])) : vector);

  const scale = emit.multiply(gamma.ref, inverse);
  const scaled = emit.multiply(weight.ref, alongFilters(scale));
  const casts = new Map<Precision, Ref>([['float32', scaled]]);
  const scaledAs = (wanted: Precision): Ref => {
    const cast = casts.get(wanted) ?? emit.cast(scaled, 'float32', wanted);
    casts.set(wanted, cast);
    return cast;
  };
  const centred = bias ? emit.subtract(bias.ref, mean.ref) : emit.op('Neg', [mean.ref], 'float32');
  const offset = emit.add(beta.ref, emit.multiply(centred, scale));
  const ref = biasAdd(emit, kernel.forward(scaledAs(type)), emit.cast(offset, 'float32', type), type);

  return pass.result({ ref, shape, from: [input], parameters: [weight, gamma, beta, ...(bias ? [bias] : [])] }, (dy) => {
    pass.addGradient(input, () => kernel.inputGradient(dy, scaledAs));
    const scaledGradient = once(() => emit.cast(kernel.filterGradient(dy), type, 'float32'));
    const offsetGradient = once(() => channelSum(emit, dy, type, node.filters));
    pass.addParameterGradient(weight, () => emit.multiply(scaledGradient(), alongFilters(scale)));
    if (bias) pass.addParameterGradient(bias, () => emit.multiply(offsetGradient(), scale));
    pass.addParameterGradient(beta, offsetGradient);
    pass.addParameterGradient(gamma, () => {
      const perFilter = emit.reduce('Sum', emit.multiply(scaledGradient(), weight.ref), depthwise ? [0, 1, 3] : [0, 1, 2]);
      return emit.multiply(emit.add(perFilter, emit.multiply(centred, offsetGradient())), inverse);
    });
  });
}

function once(make: () => Ref): () => Ref {
  let made: Ref | undefined;
  return () => (made ??= make());
}
