// What a rule is: how one kind of node is computed, and how gradients flow back through it.
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Node } from '../../nets/graph.ts';

/** Last word of a parameter's name. */
export type Part = 'weight' | 'bias' | 'running_mean' | 'running_var';

/** One node with everything that its computation needs. Maps are [n, h, w, c], vectors [n, c]. */
export interface Call<N extends Node = Node> {
  readonly node: N;
  readonly inputs: readonly Tensor[];
  /** In TensorFlow's layout. Owned by the state: not to be disposed of. */
  readonly parameter: (part: Part) => Tensor;
  /** Dropout drops. */
  readonly training: boolean;
  /** A norm uses the statistics of this batch, and moves the stored ones. */
  readonly batchStatistics: boolean;
  /** Of this step, for dropout. */
  readonly seed: readonly [number, number];
}

/** Which gradients somebody asked for. */
export interface Wanted {
  /** One per input. */
  readonly inputs: readonly boolean[];
  readonly weight: boolean;
  readonly bias: boolean;
}

/** Gradients; none = not wanted. */
export interface Pulled {
  /** One per input. */
  readonly inputs: readonly (Tensor | null)[];
  readonly weight?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
}

export interface Applied {
  /** A tensor of its own, never one of the inputs. */
  readonly output: Tensor;
  /** What `pull` reads besides parameters: kept alive until it has run. */
  readonly keeps: readonly Tensor[];
  /** From the gradient of the output to those of inputs and parameters: tensors of their own. */
  readonly pull: (gradient: Tensor, wanted: Wanted) => Pulled;
  /** Moved statistics of a norm. */
  readonly statistics?: { readonly running_mean: Tensor; readonly running_var: Tensor };
}

export type Rule<N extends Node> = (call: Call<N>) => Applied;
