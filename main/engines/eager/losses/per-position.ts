// The shape that most losses share: each position of a node's output judged by itself, and summed by its share.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { LossTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/** From logits and target [positions, classes] the loss [positions, 1] and its slope [positions, classes]. */
export type PositionRule<T extends LossTerm> = (logits: Tensor2D, target: Tensor2D, term: T) => { readonly each: Tensor; readonly slope: Tensor };

/** The sum over positions of share * loss; all axes of the logits but the last are positions. */
export function perPosition<T extends Extract<LossTerm, { readonly logits: string; readonly target: string }>>(rule: PositionRule<T>): LossRule<T> {
  return (term, { output, target, share }) => {
    const logits = output(term.logits);
    const classes = logits.shape.at(-1)!, rows: [number, number] = [logits.size / classes, classes];
    const { each, slope } = rule(tf.reshape(logits, rows), tf.reshape(target(term.target), rows), term);
    const part = share(term.target);
    return { value: tf.sum(tf.mul(each, part)), outputs: new Map([[term.logits, tf.reshape(tf.mul(slope, part), logits.shape)]]) };
  };
}
