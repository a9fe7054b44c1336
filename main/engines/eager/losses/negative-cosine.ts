// Agreement of the prediction from one view of a picture with the projection of the other view.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NegativeCosineTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/** With unit vectors u and t: L = -mean of u . t, dL/dp = -(t - (u . t) u) / |p| / rows. The projections are targets, so they get no gradient. */
export const negativeCosine: LossRule<NegativeCosineTerm> = ({ prediction, projection }, { output }) => {
  const p = output(prediction), z = output(projection);
  if (p.rank !== 2 || p.shape.join() !== z.shape.join()) throw new Error(`${prediction} [${p.shape}] and ${projection} [${z.shape}] are not two vectors of one length`);
  const [first, second] = tf.split(z, 2) as [Tensor, Tensor]; // two parts were asked for
  const other = tf.concat([second, first]);
  // A row of zeros has cosine 0 and no gradient, not NaN.
  const inverse = (rows: Tensor) => tf.rsqrt(tf.add(tf.sum(tf.mul(rows, rows), 1, true), 1e-12));
  const shrink = inverse(p);
  const own = tf.mul(p, shrink), wanted = tf.mul(other, inverse(other));
  const cosine = tf.sum(tf.mul(own, wanted), 1, true);
  const gradient = tf.mul(tf.mul(tf.sub(wanted, tf.mul(own, cosine)), shrink), -1 / p.shape[0]!);
  return { value: tf.neg<Scalar>(tf.mean(cosine)), outputs: new Map([[prediction, gradient]]) };
};
