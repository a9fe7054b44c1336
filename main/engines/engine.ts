// What an engine is: something that runs a network (Runner) and, where it can, trains it (Trainer). Nothing above this file knows a tensor library.
import type { Network, NodeId } from '../nets/graph.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import type { EngineId, Precision } from '#contract/engines.ts';
import type { LossTerm } from './loss-terms.ts';

/** Forward passes with stored batch-norm statistics. */
export interface Runner {
  /**
   * @param input [n, ...network.input]; n may differ from call to call
   * @returns the outputs asked for when the runner was made, by node id, each [n, ...]
   */
  run(input: Tensor): Promise<TensorMap>;
  close(): Promise<void>;
}

export interface RunnerSpec {
  readonly network: Network;
  /** All parameters and statistics of the network. */
  readonly values: TensorMap;
  /** Nodes whose outputs are wanted. */
  readonly outputs: readonly NodeId[];
  readonly precision: Precision;
}

export type Optimizer =
  /** PyTorch's SGD: decay is added to the gradient; buffer = momentum * buffer + gradient. Slot: `momentum`. */
  | { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean }
  /** Decoupled decay, Loshchilov and Hutter 2019. Slots: `adam_m`, `adam_v`; the step count is `Trainer.steps`. */
  | { readonly kind: 'adamw'; readonly beta1: number; readonly beta2: number; readonly eps: number };

/** Everything that shapes a training program. Rates are not here: they come with each step, so a schedule never recompiles. */
export interface TrainerSpec {
  readonly network: Network;
  /** Parameter name -> index into Rates. A parameter that is missing is frozen: it gets no gradient, and its value never changes. */
  readonly groups: ReadonlyMap<string, number>;
  /** Norm nodes that use and move batch statistics; every other one runs in inference mode. */
  readonly batchStatistics: ReadonlySet<NodeId>;
  readonly loss: readonly LossTerm[];
  /** Nodes beside the network's output that `predict` may be asked for. */
  readonly alsoPredicts?: readonly NodeId[];
  readonly optimizer: Optimizer;
  /** Largest L2 norm of all gradients together; none = no clipping. */
  readonly clipNorm?: number;
  readonly precision: Precision;
}

export interface Batch {
  /** [n, ...network.input] */
  readonly input: Tensor;
  /** By the keys that the terms of the loss name. */
  readonly targets: TensorMap;
  /** One per position of a target; none = all 1. */
  readonly weight?: Float32Array;
  /** By key of a target, where one has other weights than `weight`. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  /** Two 32-bit words that seed dropout in this step. */
  readonly seed: readonly [number, number];
}

/** Per parameter group. */
export interface Rates {
  readonly learningRate: readonly number[];
  readonly weightDecay: readonly number[];
}

/** What was found before the update. */
export interface Step {
  readonly loss: number;
  /** What each term of the loss contributes to it, in their order. */
  readonly terms: readonly number[];
  /** The network's output, [n, ...]. */
  readonly logits: Tensor;
  /** L2 norm of the gradients of each parameter group, before clipping. */
  readonly gradientNorms: readonly number[];
}

export interface Trainer {
  /** Sets parameters, statistics and slots by name. `fresh` clears all optimizer slots and the step count first. */
  load(values: TensorMap, options: { readonly fresh: boolean; readonly steps?: number }): Promise<void>;
  /** One optimizer update. */
  step(batch: Batch, rates: Rates): Promise<Step>;
  /** Loss and gradients by parameter name, without an update and without moving statistics. */
  gradients(batch: Batch): Promise<{ readonly loss: number; readonly gradients: TensorMap }>;
  /** Forward pass in inference mode: the network's output, [n, ...], or that of another node that was announced. */
  predict(input: Tensor, node?: NodeId): Promise<Tensor>;
  /** Parameters and statistics; with `slots`, also optimizer slots: together with `steps`, all that an exact resume needs. */
  save(options: { readonly slots: boolean }): Promise<TensorMap>;
  /** Updates made since the last fresh load. */
  readonly steps: number;
  close(): Promise<void>;
}

export interface Engine {
  readonly id: EngineId;
  /** What it runs on, e.g. `cpu`, `gpu:0 NVIDIA ...`. */
  readonly device: string;
  readonly version: string;
  runner(spec: RunnerSpec): Promise<Runner>;
  /** Missing where the engine cannot train. */
  readonly trainer?: (spec: TrainerSpec) => Promise<Trainer>;
  /** Tensors alive inside the engine now, for leak tests. */
  liveTensors(): number;
  close(): Promise<void>;
}
