// What a rule for one kind of loss term is, and what it can ask for.
import type { NodeId } from '../../../nets/graph.ts';
import type { TensorMap } from '../../../tensor.ts';
import type { LossTerm } from '../../loss-terms.ts';
import type { Ref } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

export interface LossContext {
  readonly pass: Pass;
  /** Output of a node. */
  value(node: NodeId): Value;
  /** What a batch brings under this key, float32, in the shape of the term's first node. */
  target(key: string): Ref;
  /** [positions]: how much each position of a target counts; they sum to 1, or are all 0. */
  share(key: string): Ref;
  /** Numbers of a parameter that stay as they are, in TensorFlow's layout. */
  constant(values: TensorMap, parameter: string): Ref;
}

/** Emits coefficient * loss, a scalar, and adds its gradients at the values and parameters it depends on. */
export type LossRule<T extends LossTerm> = (term: T, context: LossContext) => Ref;
