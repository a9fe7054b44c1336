// What a regulariser is: what a strategy asks for as data, and what it does to the steps of a phase.
import type { Batch, Engine } from '../../engines/engine.ts';
import type { LossTerm } from '../../engines/loss-terms.ts';
import type { TensorMap } from '../../tensor.ts';
import type { Inputs } from '../batches/inputs.ts';
import type { Run } from '../run.ts';

/** A pull, a lesson of the parent or a change of batches, with its strength. */
export type Regulariser =
  /** alpha / 2 ||w_S - w_S0||^2 over the backbone, beta / 2 ||w_new||^2 over the new head. */
  | { readonly kind: 'l2-sp'; readonly alpha: number; readonly beta: number }
  /** lambda / 2 sum of F_i (w_i - w_i0)^2, with the Fisher information measured on so many pictures. */
  | { readonly kind: 'ewc'; readonly lambda: number; readonly pictures: number }
  /** lambda * distillation of what the parent's head says to each training picture. */
  | { readonly kind: 'lwf'; readonly lambda: number; readonly temperature: number }
  /** backbone * attention-weighted distance of the maps to the parent's, mean over pictures; head / 2 ||w_new||^2. */
  | { readonly kind: 'delta'; readonly backbone: number; readonly head: number }
  /** eta * sum of the squares of the `count` smallest singular values of the features of a batch. */
  | { readonly kind: 'bss'; readonly eta: number; readonly count: number }
  /** lambda * cross-entropy of the parent's head against what its classes say about the new ones. */
  | { readonly kind: 'co-tuning'; readonly lambda: number }
  /** Pictures and targets of a batch are mixed in pairs, by a share from Beta(alpha, alpha). */
  | { readonly kind: 'mixup'; readonly alpha: number }
  /** So many pictures of the parent for each new one. */
  | { readonly kind: 'rehearsal'; readonly ratio: number };

/** What a regulariser can look at when a phase begins. */
export interface PhaseContext {
  readonly run: Run;
  /** What the phase feeds its network with; the network carries the parent's head where there is one. */
  readonly inputs: Inputs;
  /** Names of the backbone's parameters that the phase trains and its network has. */
  readonly backbone: ReadonlySet<string>;
  /** Those of the new head. */
  readonly head: ReadonlySet<string>;
  readonly engine: Engine;
  /** Pictures that a step learns from; one less in some. */
  readonly batchSize: number;
  /** At the start of the phase. */
  readonly values: TensorMap;
  /** At the start of the run. */
  readonly start: TensorMap;
}

export interface StepContext {
  /** The new pictures of the batch, which come first in it. */
  readonly members: readonly number[];
  /** Number of the step in the phase: addresses its random numbers. */
  readonly step: number;
}

/** A regulariser at work in a phase. */
export interface ActiveRegulariser {
  /** Beside the loss of the classes. */
  readonly terms: readonly LossTerm[];
  /** Whether the parent's head is trained along. */
  readonly trainsParentHead?: boolean;
  /** Changes a batch, or adds the targets that its terms want. */
  prepare?(batch: Batch, context: StepContext): Promise<Batch>;
  close?(): Promise<void>;
}

export type Opening<K extends Regulariser['kind']> = (regulariser: Extract<Regulariser, { readonly kind: K }>, context: PhaseContext) => Promise<ActiveRegulariser>;

