// What a rule for one kind of loss term is, and what it can ask for.
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { NodeId } from '../../../nets/graph.ts';
import type { TensorMap } from '../../../tensor.ts';
import type { LossTerm } from '../../loss-terms.ts';

export interface LossContext {
  /** Output of a node. */
  output(node: NodeId): Tensor;
  /** What the batch brings under this key, in the shape of the term's first node. */
  target(key: string): Tensor;
  /** [positions, 1], sums to 1: how much each position of a target counts. */
  share(key: string): Tensor2D;
  /** A trained parameter. */
  parameter(name: string): Tensor;
  /** Numbers of a parameter that stay as they are, in TensorFlow's layout. */
  constant(values: TensorMap, parameter: string): Tensor;
}

/** A term before its coefficient. */
export interface TermValue {
  readonly value: Scalar;
  /** By node. */
  readonly outputs?: ReadonlyMap<NodeId, Tensor>;
  /** By parameter. */
  readonly parameters?: ReadonlyMap<string, Tensor>;
}

/** The loss and its gradients with respect to outputs and parameters, straight from its formula. */
export type LossRule<T extends LossTerm> = (term: T, context: LossContext) => TermValue;
