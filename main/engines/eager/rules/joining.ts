// Nodes that bring branches together: sum, product with a gate, concatenation.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Add, Concat, Mul } from '../../../nets/graph.ts';
import { positionMeans } from '../arithmetic.ts';
import type { Rule } from '../rule.ts';

export const add: Rule<Add> = ({ inputs }) => ({
  output: inputs.length === 2 ? tf.add(inputs[0]!, inputs[1]!) : tf.addN([...inputs]),
  keeps: [],
  pull: (dy, wanted) => ({ inputs: wanted.inputs.map((is) => (is ? tf.clone(dy) : null)) }),
});

export const mul: Rule<Mul> = ({ inputs }) => {
  const [x, gate] = inputs as readonly [Tensor, Tensor];
  return {
    output: tf.mul(x, gate),
    keeps: [x, gate],
    pull: (dy, wanted) => ({
      inputs: [
        wanted.inputs[0] ? tf.mul(dy, gate) : null,
        wanted.inputs[1] ? asGate(tf.mul(dy, x), gate) : null,
      ],
    }),
  };
};

/** Sums over the positions that shared one value of the gate. */
function asGate(gradient: Tensor, gate: Tensor): Tensor {
  if (gradient.size === gate.size) return gradient;
  const map = gradient as Tensor4D; // only a map has positions to share
  return tf.mul(positionMeans(map), map.shape[1] * map.shape[2]);
}

export const concat: Rule<Concat> = ({ inputs }) => {
  const maps = inputs as readonly Tensor4D[];
  return {
    output: tf.concat([...maps], 3),
    keeps: [],
    pull(dy, wanted) {
      let from = 0;
      const parts = maps.map(({ shape: [n, height, width, channels] }, i) => {
        const begin = from;
        from += channels;
        return wanted.inputs[i] ? tf.slice(dy as Tensor4D, [0, 0, 0, begin], [n, height, width, channels]) : null;
      });
      return { inputs: parts };
    },
  };
};
