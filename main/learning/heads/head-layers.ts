// The trained head of a network in plain arithmetic: logits from pooled features without an engine.
import type { JobHead } from '#contract/jobs.ts';
import type { Network } from '../../nets/graph.ts';
import { classifier, headNodes } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { applyHead } from './linear.ts';
import type { LinearHead } from './linear.ts';
import type { Recipe } from '../strategies/strategy.ts';

/** What the head of a new run will be when its training does not make another of it. */
export function headToTrain({ hidden }: Pick<Recipe, 'hidden'>): JobHead {
  return hidden.length > 0 ? { kind: 'hidden', units: [...hidden] } : { kind: 'linear' };
}

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
 * The linear head that the layers are to these features: a ReLU passes a number on or holds it back. Its weights are the gradient of the logits, and it gives the same logits.
 * @param features of one picture
 */
export function headAt(layers: readonly LinearHead[], features: Float32Array): LinearHead {
  const [first, ...rest] = layers;
  if (!first) throw new Error('a head has at least one layer');
  return rest.reduce((before, layer) => {
    const open = applyHead(before, features).data.map((value) => (value > 0 ? 1 : 0));
    const weight = new Float64Array(layer.classes * first.features), bias = Float64Array.from(layer.bias);
    for (let c = 0; c < layer.classes; c++) for (let k = 0; k < layer.features; k++) {
      const share = layer.weight[c * layer.features + k]! * open[k]!;
      if (share === 0) continue;
      bias[c]! += share * before.bias[k]!;
      for (let j = 0; j < first.features; j++) weight[c * first.features + j]! += share * before.weight[k * first.features + j]!;
    }
    return { classes: layer.classes, features: first.features, weight, bias };
  }, first);
}

/**
 * One sigmoid as two classes: a softmax over 0 and its logit is the same probability, so nothing that comes after training has to know of it.
 * @param values with a classifier of one row, [1, features]
 */
export function asTwoClasses(values: TensorMap, network: Network): TensorMap {
  const { weight, bias, features } = headOf(network, values);
  return new Map([...values, ...headValues({ classes: 2, features, weight: Float64Array.of(...new Float64Array(features), ...weight), bias: Float64Array.of(0, ...bias) }, network)]);
}
