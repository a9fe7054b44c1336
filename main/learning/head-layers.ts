// The trained head of a network in plain arithmetic: logits from pooled features without an engine.
import type { Network } from '../nets/graph.ts';
import { classifier, headNodes } from '../nets/index.ts';
import type { TensorMap } from '../tensor.ts';
import { applyHead } from './linear.ts';
import type { LinearHead } from './linear.ts';

/** A fitted head as values of the network's classifier. */
export function headValues({ classes, features, weight, bias }: LinearHead, network: Network): TensorMap {
  const { id } = classifier(network);
  return new Map([
    [`${id}.weight`, { shape: [classes, features], data: Float32Array.from(weight) }],
    [`${id}.bias`, { shape: [classes], data: Float32Array.from(bias) }],
  ]);
}

/** The network's classifier as a head: what comes after the hidden layers, where there are any. */
export function headOf(network: Network, values: TensorMap): LinearHead {
  return layer(network, classifier(network).id, values);
}

function layer(network: Network, id: string, values: TensorMap): LinearHead {
  const weight = values.get(`${id}.weight`), bias = values.get(`${id}.bias`);
  if (!weight || !bias) throw new Error(`${network.id}: no classifier among the values`);
  const [classes = 0, features = 0] = weight.shape;
  return { classes, features, weight: Float64Array.from(weight.data), bias: Float64Array.from(bias.data) };
}

/** All dense layers of the head, the classifier last; between two of them stands a ReLU. */
export function headLayers(network: Network, values: TensorMap): readonly LinearHead[] {
  return headNodes(network).flatMap((node) => (node.op === 'dense' ? [layer(network, node.id, values)] : []));
}

/** Logits of rows of features, [n, classes]; dropout does nothing outside training. */
export function applyLayers(layers: readonly LinearHead[], rows: Float32Array): ReturnType<typeof applyHead> {
  const [last, ...before] = layers.toReversed();
  if (!last) throw new Error('a head has at least one layer');
  return applyHead(last, before.toReversed().reduce((input, one) => applyHead(one, input).data.map((value) => Math.max(0, value)), rows));
}

/**
 * One sigmoid as two classes: a softmax over 0 and its logit is the same probability, so nothing that comes after training has to know of it.
 * @param values with a classifier of one row, [1, features]
 */
export function asTwoClasses(values: TensorMap, network: Network): TensorMap {
  const { weight, bias, features } = headOf(network, values);
  return new Map([...values, ...headValues({ classes: 2, features, weight: Float64Array.of(...new Float64Array(features), ...weight), bias: Float64Array.of(0, ...bias) }, network)]);
}
