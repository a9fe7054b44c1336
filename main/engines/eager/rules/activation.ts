// Activations and their derivatives. At a kink the derivative is the one PyTorch takes: that of the flat side.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { assertNever } from '#contract/errors.ts';
import type { Act } from '../../../nets/graph.ts';
import type { Applied, Rule } from '../rule.ts';

/** 1 where x > 0, else 0. */
const positive = (x: Tensor): Tensor => tf.step(x);

export const act: Rule<Act> = ({ node, inputs }) => {
  const x = inputs[0]!;
  switch (node.fn) {
    case 'relu': {
      const y = tf.relu(x);
      return applied(y, [y], (dy) => tf.mul(dy, positive(y)));
    }
    case 'relu6': {
      const y = tf.relu6(x);
      return applied(y, [y], (dy) => tf.mul(tf.mul(dy, positive(y)), positive(tf.sub(6, y))));
    }
    case 'sigmoid': {
      const y = tf.sigmoid(x);
      return applied(y, [y], (dy) => tf.mul(dy, tf.mul(y, tf.sub(1, y))));
    }
    case 'silu':
      return applied(tf.mul(x, tf.sigmoid(x)), [x], (dy) => {
        const gate = tf.sigmoid(x);
        return tf.mul(dy, tf.mul(gate, tf.add(tf.mul(x, tf.sub(1, gate)), 1)));
      });
    case 'hardsigmoid':
      return applied(hardGate(x), [x], (dy) => tf.mul(dy, hardSlope(x)));
    case 'hardswish':
      return applied(tf.mul(x, hardGate(x)), [x], (dy) => tf.mul(dy, tf.add(hardGate(x), tf.mul(x, hardSlope(x)))));
    default:
      return assertNever(node.fn);
  }
};

/** min(max(x + 3, 0), 6) / 6 */
const hardGate = (x: Tensor): Tensor => tf.div(tf.relu6(tf.add(x, 3)), 6);
/** Its derivative: 1 / 6 between -3 and 3. */
const hardSlope = (x: Tensor): Tensor => tf.div(tf.mul(positive(tf.add(x, 3)), positive(tf.sub(3, x))), 6);

function applied(output: Tensor, keeps: readonly Tensor[], slope: (dy: Tensor) => Tensor): Applied {
  return { output, keeps, pull: (dy, wanted) => ({ inputs: [wanted.inputs[0] ? slope(dy) : null] }) };
}
