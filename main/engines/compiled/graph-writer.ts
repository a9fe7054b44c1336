// Writes a TensorFlow graph node by node, and wraps it as the smallest SavedModel that TensorFlow loads.
// Messages: tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,types}.proto and tensorflow/core/protobuf/{meta_graph,saved_model}.proto
import { bytes, float, integer, join, message, sequence, string, varint } from '../protobuf.ts';
import type { Encoded } from '../protobuf.ts';

/** One output of a node: `name:index`. */
export type Ref = string;

/** Name of the node that gives an output. */
export function nodeOf(ref: Ref): string {
  return ref.slice(0, ref.lastIndexOf(':'));
}

/** The number types of tensors, by their numbers in types.proto. */
const dataTypes = { float32: 1, int32: 3, bool: 10, bfloat16: 14 } as const;
export type DataType = keyof typeof dataTypes;

/** A serialised AttrValue. */
export type Attribute = Encoded;
export type Attributes = Readonly<Record<string, Attribute>>;

const shapeFields = (shape: readonly number[]): readonly Encoded[] => shape.map((size) => message(2, integer(1, size)));

/** Values of node attributes. In shapes, -1 is an unknown size. */
export const attribute = {
  type: (type: DataType): Attribute => integer(6, dataTypes[type]),
  integer: (value: number): Attribute => integer(3, value),
  float: (value: number): Attribute => float(4, value),
  bool: (value: boolean): Attribute => integer(5, value ? 1 : 0),
  string: (value: string): Attribute => string(2, value),
  shape: (shape: readonly number[]): Attribute => message(7, ...shapeFields(shape)),
  integers: (values: readonly number[]): Attribute => message(1, bytes(3, Uint8Array.from(values.flatMap((value) => [...varint(value)])))),
  tensor: (type: 'float32' | 'int32', shape: readonly number[], data: Float32Array | Int32Array): Attribute =>
    message(8, integer(1, dataTypes[type]), message(2, ...shapeFields(shape)), bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
};

/** A placeholder: what is fed in each run. */
export interface GraphInput {
  readonly ref: Ref;
  readonly type: 'float32' | 'int32';
  /** -1: any size. */
  readonly shape: readonly number[];
}

interface GraphNode {
  readonly type: string;
  readonly inputs: readonly Ref[];
  readonly attributes: Attributes;
  readonly control: readonly string[];
}

export interface NodeOptions {
  /** Default: the type. Made unique by a number. */
  readonly name?: string;
  /** Names of nodes that must have run before. */
  readonly control?: readonly string[];
}

/** A graph in the making. Names get the current scope in front, so that TensorFlow's messages say which layer they speak of. */
export class GraphWriter {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #readers = new Map<Ref, Set<string>>();
  readonly #constants = new Map<string, Ref>();
  #scope = '';

  /** Nodes made so far. */
  get size(): number {
    return this.#nodes.size;
  }

  get scope(): string {
    return this.#scope;
  }

  /** Runs `make` with `scope` (ending in a slash, or empty) in front of all names. */
  within<T>(scope: string, make: () => T): T {
    const outer = this.#scope;
    this.#scope = scope;
    try {
      return make();
    } finally {
      this.#scope = outer;
    }
  }

  /** Adds a node; returns its name. Attributes with their default value may be left out: TensorFlow fills them in. */
  node(type: string, inputs: readonly Ref[], attributes: Attributes, { name = type, control = [] }: NodeOptions = {}): string {
    const wanted = this.#scope + name;
    let unique = wanted;
    for (let i = 1; this.#nodes.has(unique); i++) unique = `${wanted}_${i}`;
    this.#nodes.set(unique, { type, inputs, attributes, control });
    for (const ref of inputs) {
      const readers = this.#readers.get(ref);
      if (readers) readers.add(unique);
      else this.#readers.set(ref, new Set([unique]));
    }
    return unique;
  }

  /** Adds a node; returns its first output. */
  op(type: string, inputs: readonly Ref[], attributes: Attributes, options?: NodeOptions): Ref {
    return `${this.node(type, inputs, attributes, options)}:0`;
  }

  /** Adds a node; returns its first `count` outputs. */
  ops(count: number, type: string, inputs: readonly Ref[], attributes: Attributes, options?: NodeOptions): readonly Ref[] {
    const name = this.node(type, inputs, attributes, options);
    return Array.from({ length: count }, (_, i) => `${name}:${i}`);
  }

  /** A constant; equal ones are one node. */
  constant(type: 'float32' | 'int32', shape: readonly number[], values: readonly number[]): Ref {
    const key = `${type} [${shape.join()}] ${values.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const data = type === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    const ref = this.within('', () => this.op('Const', [], { dtype: attribute.type(type), value: attribute.tensor(type, shape, data) }, { name: 'constant' }));
    this.#constants.set(key, ref);
    return ref;
  }

  placeholder(name: string, type: GraphInput['type'], shape: readonly number[]): GraphInput {
    const ref = this.op('Placeholder', [], { dtype: attribute.type(type), shape: attribute.shape(shape) }, { name });
    return { ref, type, shape };
  }

  /** Names of the nodes that read an output, so far. */
  readers(ref: Ref): readonly string[] {
    return [...this.#readers.get(ref) ?? []];
  }

  /**
   * The bytes of `saved_model.pb`. It needs no variables folder, no signatures and no initialising operation:
   * TensorFlow then restores nothing, and values are assigned by running the graph.
   */
  savedModel(): Uint8Array {
    const graph = sequence([...this.#nodes].map(([name, node]) => encodedNode(name, node)));
    // Any version of TensorFlow 2 will do as producer: it decides which attribute defaults are filled in.
    const versions = message(4, integer(1, 1482));
    return join(sequence([integer(1, 1), message(2, message(1, string(4, 'serve')), message(2, graph, versions))]));
  }
}

function encodedNode(name: string, { type, inputs, attributes, control }: GraphNode): Encoded {
  const node = message(1, string(1, name), string(2, type),
    ...inputs.map((ref) => string(3, ref.replace(/:0$/, ''))),
    ...control.map((before) => string(3, `^${before}`)),
    ...Object.entries(attributes).map(([key, value]) => message(5, string(1, key), message(2, value))));
  return { parts: [join(node)], length: node.length };
}
