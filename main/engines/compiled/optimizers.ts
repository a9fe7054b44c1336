// Optimizer updates inside the graph: one function per kind, on a variable, its slots and its gradient.
import type { Optimizer } from '../engine.ts';
import type { Emitter } from './emitter.ts';
import type { Ref } from './graph-writer.ts';
import { attribute, nodeOf } from './graph-writer.ts';
import type { Variables } from './variables.ts';

export interface Update {
  /** Name of the parameter. */
  readonly name: string;
  /** The parameter as the forward pass has read it. */
  readonly value: Ref;
  readonly gradient: Ref;
  /** Scalars. */
  readonly learningRate: Ref;
  readonly weightDecay: Ref;
}

/** Step-dependent scalars, fed with each step. */
export interface Clock {
  readonly names: readonly string[];
  /** Their values at step t = 1, 2, ... */
  at(t: number): readonly number[];
}

export interface UpdateRule {
  /** Slots per parameter: `<parameter>/<slot>`. */
  readonly slots: readonly string[];
  readonly clock: Clock;
  /** Emits the update; returns the name of the node that finishes it. */
  emit(emit: Emitter, variables: Variables, update: Update, clock: readonly Ref[]): string;
}

export const slotName = (parameter: string, slot: string): string => `${parameter}/${slot}`;

const float = attribute.type('float32');

export function updateRule(optimizer: Optimizer): UpdateRule {
  return optimizer.kind === 'sgd' ? sgd(optimizer) : adamw(optimizer);
}

/** g = gradient + decay w; v = momentum v + g; w -= rate (nesterov: g + momentum v, else v). Sutskever et al. 2013, in PyTorch's form. */
function sgd({ momentum, nesterov }: Optimizer & { readonly kind: 'sgd' }): UpdateRule {
  return {
    slots: ['momentum'],
    clock: { names: [], at: () => [] },
    emit(emit, variables, { name, value, gradient, learningRate, weightDecay }) {
      const total = emit.add(gradient, decayed(emit, value, weightDecay, gradient));
      return emit.graph.node('ResourceApplyMomentum',
        [variables.handle(name), variables.handle(slotName(name, 'momentum')), learningRate, total, emit.number(momentum)],
        { T: float, use_nesterov: attribute.bool(nesterov) }, { control: afterReaders(emit, value) });
    },
  };
}

/**
 * w -= rate decay w; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps).
 * Loshchilov and Hutter 2019. ResourceApplyAdam adds its epsilon before the correction of v: fed with eps sqrt(1 - beta2^t) it computes this.
 */
function adamw({ beta1, beta2, eps }: Optimizer & { readonly kind: 'adamw' }): UpdateRule {
  return {
    slots: ['adam_m', 'adam_v'],
    clock: { names: ['beta1Power', 'beta2Power', 'epsilon'], at: (t) => [beta1 ** t, beta2 ** t, eps * Math.sqrt(1 - beta2 ** t)] },
    emit(emit, variables, { name, value, gradient, learningRate, weightDecay }, [beta1Power = '', beta2Power = '', epsilon = '']) {
      const shrink = decayed(emit, value, emit.multiply(weightDecay, learningRate), gradient);
      const shrunk = emit.graph.node('AssignSubVariableOp', [variables.handle(name), shrink], { dtype: float }, { control: afterReaders(emit, value) });
      return emit.graph.node('ResourceApplyAdam',
        [variables.handle(name), variables.handle(slotName(name, 'adam_m')), variables.handle(slotName(name, 'adam_v')),
          beta1Power, beta2Power, learningRate, emit.number(beta1), emit.number(beta2), epsilon, gradient],
        { T: float }, { control: [shrunk] });
    },
  };
}

/** value times a scalar, but not before the gradient is there: else all these products would be made at the start of a step and held until its end, a copy of all parameters. */
function decayed(emit: Emitter, value: Ref, factor: Ref, gradient: Ref): Ref {
  return emit.op('Mul', [value, factor], 'float32', {}, { control: [nodeOf(gradient)] });
}

/** An update waits for all readers of the old value: then nobody shares its memory, and TensorFlow changes it in place instead of copying it first. */
function afterReaders(emit: Emitter, value: Ref): readonly string[] {
  return emit.graph.readers(value);
}

/** Half the sum of squares of each gradient. */
export function halfSquares(emit: Emitter, gradients: ReadonlyMap<string, Ref>): ReadonlyMap<string, Ref> {
  return new Map([...gradients].map(([name, gradient]) => [name, emit.op('L2Loss', [gradient], 'float32')]));
}

/** L2 norm of several tensors together, from half their sums of squares. */
export function lengthOf(emit: Emitter, halves: readonly Ref[]): Ref {
  const half = emit.sum(halves);
  return emit.op('Sqrt', [emit.add(half, half)], 'float32');
}

/** The gradients, scaled so that their common L2 norm is at most `limit`: factor min(1, limit / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_. */
export function clipped(emit: Emitter, gradients: ReadonlyMap<string, Ref>, halves: readonly Ref[], limit: number): ReadonlyMap<string, Ref> {
  const norm = lengthOf(emit, halves);
  const factor = emit.op('Minimum', [emit.number(1), emit.op('RealDiv', [emit.number(limit), emit.add(norm, emit.number(1e-6))], 'float32')], 'float32');
  return new Map([...gradients].map(([name, gradient]) => [name, emit.multiply(gradient, factor)]));
}
