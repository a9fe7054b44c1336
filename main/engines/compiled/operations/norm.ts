// Batch normalisation with batch statistics or with stored ones. Ioffe and Szegedy 2015.
import type { Norm } from '../../../nets/graph.ts';
import type { Attributes, Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';
import type { ParameterValue, Pass, Value } from '../pass.ts';

interface NormParameters {
  readonly gamma: ParameterValue;
  readonly beta: ParameterValue;
  readonly mean: ParameterValue;
  readonly variance: ParameterValue;
}

export function normParameters(pass: Pass, node: Norm): NormParameters {
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => pass.parameter(`${node.id}.${part}`)) as
    [ParameterValue, ParameterValue, ParameterValue, ParameterValue]; // a map over four gives four
  return { gamma, beta, mean, variance };
}

/** 1 / sqrt(stored variance + eps) */
export function inverseDeviation({ emit }: Pass, node: Norm, variance: ParameterValue): Ref {
  return emit.op('Rsqrt', [emit.add(variance.ref, emit.number(node.eps))], 'float32');
}

/**
 * y = gamma (x - mean) / sqrt(variance + eps) + beta.
 * With batch statistics the biased variance normalises, and the running statistics move by `momentum` towards the mean and the unbiased variance, as in PyTorch:
 * exactly what FusedBatchNormV3 does under exponential_avg_factor. With stored statistics dx is dy times a factor per channel.
 */
export function norm(pass: Pass, node: Norm, x: Value): Value {
  const { emit } = pass;
  const { gamma, beta, mean, variance } = normParameters(pass, node);
  const batch = pass.usesBatchStatistics(node.id);
  const attributes: Attributes = {
    T: attribute.type(x.type), U: attribute.type('float32'), epsilon: attribute.float(node.eps),
    data_format: attribute.string('NHWC'), is_training: attribute.bool(batch),
  };
  const isMap = x.shape.length === 3;
  // FusedBatchNorm takes maps only: features are maps of one pixel.
  const asMap = (ref: Ref): Ref => (isMap ? ref : emit.reshape(ref, emit.integers([-1, 1, 1, ...x.shape]), x.type));
  const asInput = (ref: Ref): Ref => (isMap ? ref : emit.reshape(ref, emit.integers([-1, ...x.shape]), x.type));

  const map = asMap(x.ref);
  const [y = '', newMean = '', newVariance = '', ...saved] = emit.graph.ops(6, 'FusedBatchNormV3', [map, gamma.ref, beta.ref, mean.ref, variance.ref],
    batch ? { ...attributes, exponential_avg_factor: attribute.float(node.momentum) } : attributes);
  if (batch) {
    pass.moveStatistic(mean, newMean);
    pass.moveStatistic(variance, newVariance);
  }
  return pass.result({ ref: asInput(y), shape: x.shape, from: [x], parameters: [gamma, beta] }, (dy) => {
    if (!batch && !gamma.trainable && !beta.trainable) {
      pass.addGradient(x, () => emit.multiply(dy, emit.cast(emit.multiply(gamma.ref, inverseDeviation(pass, node, variance)), 'float32', x.type), x.type));
      return;
    }
    const reserve = batch ? saved : [mean.ref, variance.ref, emit.graph.constant('float32', [0], [])];
    const [dx = '', dGamma = '', dBeta = ''] = emit.graph.ops(3, 'FusedBatchNormGradV3', [asMap(dy), map, gamma.ref, ...reserve], attributes);
    pass.addGradient(x, () => asInput(dx));
    pass.addParameterGradient(gamma, () => dGamma);
    pass.addParameterGradient(beta, () => dBeta);
  });
}
