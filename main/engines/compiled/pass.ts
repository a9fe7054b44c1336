// One walk through a network: the values it makes on the way, and the tape from which the backward pass is written.
import type { Precision } from '#contract/engines.ts';
import type { NodeId } from '../../nets/graph.ts';
import type { Shape } from '../../nets/shapes.ts';
import { Emitter } from './emitter.ts';
import type { DataType, GraphWriter, Ref } from './graph-writer.ts';

/** Output of a network's node. */
export interface Value {
  readonly ref: Ref;
  /** Without the batch axis. */
  readonly shape: Shape;
  readonly type: Precision;
  /** Whether something trainable lies before it. Only then is there a backward pass. */
  readonly needsGradient: boolean;
}

/** A parameter or statistic as an operation sees it. `ref` is float32; the shape is TensorFlow's. */
export interface ParameterValue {
  readonly name: string;
  readonly ref: Ref;
  readonly shape: Shape;
  readonly trainable: boolean;
  /** Its numbers in the type of the arithmetic. */
  as(type: Precision): Ref;
}

export interface PassOptions {
  /** Dropout and batch statistics exist in training only; in inference nothing has a gradient. */
  readonly training: boolean;
  /** Type of convolutions, norms and activations. Weights, statistics, pooling, dense layers and losses stay float32. */
  readonly precision: Precision;
  /** Where parameters and statistics come from: session variables, or placeholders in tests. */
  readonly read: (name: string) => { readonly ref: Ref; readonly shape: Shape };
  readonly trainable: (name: string) => boolean;
  /** Norms that use and move batch statistics, when training. */
  readonly batchStatistics: ReadonlySet<NodeId>;
  /** int32 [2]: seeds dropout. Needed where a training pass meets one. */
  readonly seed?: Ref;
}

/** Turns the gradient at a node's output into gradients at what it was made from. */
export type GradientRule = (gradient: Ref) => void;

interface Recorded {
  readonly value: Value;
  readonly rule: GradientRule;
  readonly scope: string;
}

export class Pass {
  readonly emit: Emitter;
  readonly options: PassOptions;
  readonly #graph: GraphWriter;
  readonly #tape: Recorded[] = [];
  readonly #gradients = new Map<Ref, Ref[]>();
  readonly #parameters = new Map<string, ParameterValue>();
  readonly #parameterGradients = new Map<string, Ref[]>();
  readonly #statistics = new Map<string, Ref>();

  constructor(graph: GraphWriter, options: PassOptions) {
    this.#graph = graph;
    this.emit = new Emitter(graph);
    this.options = options;
  }

  usesBatchStatistics(norm: NodeId): boolean {
    return this.options.training && this.options.batchStatistics.has(norm);
  }

  /** A parameter of the network, read once per pass. */
  parameter(name: string): ParameterValue {
    const known = this.#parameters.get(name);
    if (known) return known;
    const { ref, shape } = this.#graph.within('', () => this.options.read(name));
    const casts = new Map<Precision, Ref>([['float32', ref]]);
    const parameter: ParameterValue = {
      name, ref, shape, trainable: this.options.training && this.options.trainable(name),
      as: (type) => {
        const cast = casts.get(type) ?? this.emit.cast(ref, 'float32', type);
        casts.set(type, cast);
        return cast;
      },
    };
    this.#parameters.set(name, parameter);
    return parameter;
  }

  /**
   * Records what an operation made.
   * @param made.from the values it depends on; its type is that of the first one unless given
   * @param made.parameters what it depends on besides
   * @param rule called when the backward pass is written, if a gradient arrives
   */
  result(made: { readonly ref: Ref; readonly shape: Shape; readonly from: readonly Value[]; readonly type?: Precision; readonly parameters?: readonly ParameterValue[] }, rule: GradientRule): Value {
    const { ref, shape, from, parameters = [] } = made;
    const type = made.type ?? from[0]?.type;
    if (type === undefined) throw new Error('a value that depends on nothing needs a type');
    const needsGradient = this.options.training && (from.some((value) => value.needsGradient) || parameters.some(({ trainable }) => trainable));
    const value: Value = { ref, shape, type, needsGradient };
    if (needsGradient) this.#tape.push({ value, rule, scope: this.#graph.scope });
    return value;
  }

  /** The same value in another type. */
  cast(value: Value, type: Precision): Value {
    if (value.type === type) return value;
    return this.result({ ref: this.emit.cast(value.ref, value.type, type), shape: value.shape, from: [value], type }, (dy) => {
      this.addGradient(value, () => this.emit.cast(dy, type, value.type));
    });
  }

  /** Values in one common type, so that they can be added or joined: a network may be cut so that float32 features meet bfloat16 ones. */
  aligned(values: readonly Value[]): readonly Value[] {
    const first = values[0]?.type;
    return values.every(({ type }) => type === first) ? values : values.map((value) => this.cast(value, this.options.precision));
  }

  /** Adds a share of the gradient at a value. Nothing is emitted when no gradient is needed there. */
  addGradient(value: Value, gradient: () => Ref): void {
    if (value.needsGradient) push(this.#gradients, value.ref, gradient());
  }

  /** Adds a share of the gradient of a parameter. Nothing is emitted for a frozen one. */
  addParameterGradient(parameter: ParameterValue, gradient: () => Ref, type: DataType = 'float32'): void {
    if (parameter.trainable) push(this.#parameterGradients, parameter.name, this.emit.cast(gradient(), type, 'float32'));
  }

  /** Notes the new value of a running statistic. */
  moveStatistic(parameter: ParameterValue, ref: Ref): void {
    this.#statistics.set(parameter.name, ref);
  }

  /** New values of running statistics by name. */
  get movedStatistics(): ReadonlyMap<string, Ref> {
    return this.#statistics;
  }

  /** Writes the backward pass, from the gradients added so far; returns the gradients of trainable parameters by name, in order of first use. */
  backward(): ReadonlyMap<string, Ref> {
    for (const { value, rule, scope } of this.#tape.toReversed()) {
      const shares = this.#gradients.get(value.ref);
      if (!shares) continue; // nothing that is trained on depends on it
      this.#graph.within(`${scope}gradient/`, () => rule(this.emit.sum(shares, value.type)));
    }
    const gradients = new Map<string, Ref>();
    for (const name of this.#parameters.keys()) {
      const shares = this.#parameterGradients.get(name);
      if (shares) gradients.set(name, this.emit.sum(shares));
    }
    return gradients;
  }

  /** The gradient at a value after `backward`. */
  gradientAt(value: Value): Ref {
    const shares = this.#gradients.get(value.ref);
    if (!shares) throw new Error(`no gradient at ${value.ref}`);
    return this.emit.sum(shares, value.type);
  }
}

function push(map: Map<string, Ref[]>, key: string, ref: Ref): void {
  const list = map.get(key);
  if (list) list.push(ref);
  else map.set(key, [ref]);
}
