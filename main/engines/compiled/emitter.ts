// The vocabulary in which gradient rules, losses and optimizers are written: TensorFlow operations on float tensors, with their types filled in.
import type { Precision } from '#contract/engines.ts';
import type { Attributes, DataType, GraphWriter, NodeOptions, Ref } from './graph-writer.ts';
import { attribute } from './graph-writer.ts';

export class Emitter {
  readonly graph: GraphWriter;

  constructor(graph: GraphWriter) {
    this.graph = graph;
  }

  /** One node whose attribute T is `type`; returns its first output. */
  op(name: string, inputs: readonly Ref[], type: DataType, attributes: Attributes = {}, options?: NodeOptions): Ref {
    return this.graph.op(name, inputs, { T: attribute.type(type), ...attributes }, options);
  }

  add(a: Ref, b: Ref, type: DataType = 'float32'): Ref {
    return this.op('AddV2', [a, b], type);
  }

  subtract(a: Ref, b: Ref, type: DataType = 'float32'): Ref {
    return this.op('Sub', [a, b], type);
  }

  multiply(a: Ref, b: Ref, type: DataType = 'float32'): Ref {
    return this.op('Mul', [a, b], type);
  }

  /** Sum of any number of tensors of one shape. */
  sum(terms: readonly Ref[], type: DataType = 'float32'): Ref {
    const [first, second] = terms;
    if (first === undefined) throw new Error('a sum of nothing');
    if (second === undefined) return first;
    return terms.length === 2 ? this.add(first, second, type) : this.op('AddN', terms, type, { N: attribute.integer(terms.length) });
  }

  /** Sum or mean of float32 numbers over the given axes. */
  reduce(name: 'Sum' | 'Mean', ref: Ref, axes: readonly number[], keepDims = false): Ref {
    return this.op(name, [ref, this.integers(axes)], 'float32', { Tidx: attribute.type('int32'), keep_dims: attribute.bool(keepDims) });
  }

  reshape(ref: Ref, shape: Ref, type: DataType = 'float32'): Ref {
    return this.op('Reshape', [ref, shape], type);
  }

  cast(ref: Ref, from: DataType, to: DataType): Ref {
    return from === to ? ref : this.graph.op('Cast', [ref], { SrcT: attribute.type(from), DstT: attribute.type(to) });
  }

  /**
   * What is to be fetched: float32, since the binding reads no bfloat16, and a node of its own, since TensorFlow's remapper fuses a convolution
   * with what follows even when the convolution itself is fetched, and then does not find it.
   */
  output(ref: Ref, type: DataType = 'float32'): Ref {
    return type === 'float32' ? this.op('Identity', [ref], type) : this.cast(ref, type, 'float32');
  }

  integer(value: number): Ref {
    return this.graph.constant('int32', [], [value]);
  }

  integers(values: readonly number[]): Ref {
    return this.graph.constant('int32', [values.length], values);
  }

  /** A scalar constant. */
  number(value: number, type: Precision = 'float32'): Ref {
    return this.cast(this.graph.constant('float32', [], [value]), 'float32', type);
  }

  /** Sizes of a tensor, batch axis included, as an int32 vector. */
  sizes(ref: Ref, type: DataType): Ref {
    return this.op('Shape', [ref], type, { out_type: attribute.type('int32') });
  }

  /** Sizes [n, ...shape], with the batch size n of a tensor. */
  batchOf(ref: Ref, type: DataType, shape: readonly number[]): Ref {
    const batch = this.op('Slice', [this.sizes(ref, type), this.integers([0]), this.integers([1])], 'int32', { Index: attribute.type('int32') });
    return this.op('ConcatV2', [batch, this.integers(shape), this.integer(0)], 'int32', { N: attribute.integer(2), Tidx: attribute.type('int32') });
  }
}
