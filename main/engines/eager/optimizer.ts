// Optimizer updates, keyed by parameter name, as PyTorch defines them.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { assertNever } from '#contract/errors.ts';
import type { Optimizer } from '../engine.ts';
import type { State } from './state.ts';

export interface Update {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Number of this update, from 1. */
  readonly step: number;
}

/** Moves one parameter, and its slots, along its gradient. */
export function update(state: State, name: string, gradient: Tensor, optimizer: Optimizer, { learningRate, weightDecay, step }: Update): void {
  const value = state.get(name);
  switch (optimizer.kind) {
    case 'sgd': {
      const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
      if (optimizer.momentum === 0) return state.set(name, tf.sub(value, tf.mul(decayed, learningRate)));
      const buffer = tf.add(tf.mul(state.slot(name, 'momentum'), optimizer.momentum), decayed);
      const direction = optimizer.nesterov ? tf.add(decayed, tf.mul(buffer, optimizer.momentum)) : buffer;
      state.set(name, tf.sub(value, tf.mul(direction, learningRate)));
      return state.set(`${name}/momentum`, buffer);
    }
    case 'adamw': {
      const { beta1, beta2, eps } = optimizer;
      const first = tf.add(tf.mul(state.slot(name, 'adam_m'), beta1), tf.mul(gradient, 1 - beta1));
      const second = tf.add(tf.mul(state.slot(name, 'adam_v'), beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const root = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** step)), eps);
      const decayed = tf.mul(value, 1 - learningRate * weightDecay);
      state.set(name, tf.sub(decayed, tf.mul(tf.div(first, root), learningRate / (1 - beta1 ** step))));
      state.set(`${name}/adam_m`, first);
      return state.set(`${name}/adam_v`, second);
    }
    default:
      return assertNever(optimizer);
  }
}

/** Sum of the squares of a gradient. */
export function squaresOf(gradient: Tensor): number {
  return tf.tidy(() => tf.sum(tf.square(gradient)).dataSync()[0]!);
}

/** Factor that brings the L2 norm of all gradients together, given its square, down to `largest`, as PyTorch's clip_grad_norm_ computes it. */
export function clipFactor(squares: number, largest: number): number {
  return Math.min(1, largest / (Math.sqrt(squares) + 1e-6));
}
