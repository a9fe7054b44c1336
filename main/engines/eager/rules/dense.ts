// The dense layer: y = x * weight + bias.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Dense } from '../../../nets/graph.ts';
import { channelSums, product } from '../arithmetic.ts';
import type { Rule } from '../rule.ts';

export const dense: Rule<Dense> = ({ node, inputs, parameter }) => {
  const [x] = inputs as readonly [Tensor2D];
  const weight = parameter('weight') as Tensor2D;
  const y = product(x, weight);
  return {
    output: node.bias ? tf.add(y, parameter('bias')) : y,
    keeps: [x],
    pull: (dy, wanted) => ({
      inputs: [wanted.inputs[0] ? product(dy as Tensor2D, weight, { b: true }) : null],
      weight: wanted.weight ? product(x, dy as Tensor2D, { a: true }) : undefined,
      bias: node.bias && wanted.bias ? channelSums(dy) : undefined,
    }),
  };
};
