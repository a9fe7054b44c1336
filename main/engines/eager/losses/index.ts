// The sum of a loss's terms and its gradients. A new kind of term is a file beside this and a line in `rules`.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { NodeId } from '../../../nets/graph.ts';
import type { TensorMap } from '../../../tensor.ts';
import type { Batch } from '../../engine.ts';
import { lossNodes } from '../../loss-terms.ts';
import type { LossTerm } from '../../loss-terms.ts';
import { anchorPenalty } from './anchor-penalty.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { dice } from './dice.ts';
import { distillation } from './distillation.ts';
import { featureMatch } from './feature-match.ts';
import { focal } from './focal.ts';
import { information } from './information.ts';
import { negativeCosine } from './negative-cosine.ts';
import type { LossRule } from './rule.ts';
import { smallestSingularValues } from './smallest-singular-values.ts';

const rules: { readonly [K in LossTerm['kind']]: LossRule<Extract<LossTerm, { readonly kind: K }>> } = {
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
  'focal': focal,
  'dice': dice,
  'distillation': distillation,
  'feature-match': featureMatch,
  'smallest-singular-values': smallestSingularValues,
  'anchor-penalty': anchorPenalty,
  'information': information,
  'negative-cosine': negativeCosine,
};

export interface Loss {
  readonly value: Scalar;
  /** Each times its coefficient. */
  readonly terms: readonly Scalar[];
  /** By node whose output a term reads. */
  readonly gradients: ReadonlyMap<NodeId, Tensor>;
  /** By parameter that a term reads. */
  readonly parameterGradients: ReadonlyMap<string, Tensor>;
}

/** What the terms read. */
export interface LossSource {
  readonly outputs: ReadonlyMap<NodeId, Tensor>;
  readonly batch: Pick<Batch, 'targets' | 'weight' | 'weights'>;
  readonly parameter: (name: string) => Tensor;
  readonly constant: (values: TensorMap, parameter: string) => Tensor;
}

/** @throws Error when the batch does not bring what a term needs */
export function lossOf(terms: readonly LossTerm[], { outputs, batch, parameter, constant }: LossSource): Loss {
  const gradients = new Map<NodeId, Tensor>(), parameterGradients = new Map<string, Tensor>();
  const add = <K>(sums: Map<K, Tensor>, key: K, gradient: Tensor) => {
    const before = sums.get(key);
    sums.set(key, before ? tf.add(before, gradient) : gradient);
  };
  const output = (node: NodeId) => {
    const tensor = outputs.get(node);
    if (!tensor) throw new Error(`the loss needs the output of ${node}`);
    return tensor;
  };
  const values = terms.map((term) => {
    const found = (rules[term.kind] as LossRule<LossTerm>)(term, { // the table has the rule of each kind under its kind
      output, parameter, constant,
      target: (key) => targetOf(batch, key, output(lossNodes(term)[0]!).shape),
      share: (key) => shares(batch.weights?.get(key) ?? batch.weight, positionsOf(output(lossNodes(term)[0]!))),
    });
    for (const [node, gradient] of found.outputs ?? []) add(gradients, node, tf.mul(gradient, term.coefficient));
    for (const [name, gradient] of found.parameters ?? []) add(parameterGradients, name, tf.mul(gradient, term.coefficient));
    return tf.mul<Scalar>(found.value, term.coefficient);
  });
  return { value: values.reduce((sum, value) => tf.add(sum, value)), terms: values, gradients, parameterGradients };
}

function targetOf({ targets }: LossSource['batch'], key: string, shape: readonly number[]): Tensor {
  const target = targets.get(key);
  if (!target) throw new Error(`a batch without its target ${key}`);
  if (target.shape.join() !== shape.join()) throw new Error(`target ${key} is [${target.shape}], the logits are [${shape}]`);
  return tf.tensor(target.data, [...shape], 'float32');
}

const positionsOf = (output: Tensor): number => output.size / output.shape.at(-1)!;

/** A batch in which no position counts has loss 0 and no gradient. */
function shares(weight: Float32Array | undefined, positions: number): Tensor2D {
  if (!weight) return tf.fill([positions, 1], 1 / positions);
  if (weight.length !== positions) throw new Error(`${weight.length} weights for ${positions} positions`);
  const sum = weight.reduce((total, w) => total + w, 0);
  return tf.tensor2d(weight.map((w) => (sum === 0 ? 0 : w / sum)), [positions, 1]);
}
