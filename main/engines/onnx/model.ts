// The messages of onnx.proto that a network needs, and a builder that collects the nodes and constants of one graph.
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
import { bytes, float, integer, join, message, sequence, string } from '../protobuf.ts';
import type { Encoded } from '../protobuf.ts';

/**
 * Operator set and file format: those of ONNX 1.8. The lowest that hold every operator used here in its present meaning
 * (softmax over one axis, axes and limits as inputs), so that older readers open the files too.
 */
export const OPSET = 13;
const IR_VERSION = 7;

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, int64: 7, float16: 10 } as const;
export type DataType = keyof typeof dataTypes;

/** Attribute of an operator: a float, an integer, a list of integers or a text. */
export type Attribute =
  | { readonly float: number }
  | { readonly integer: number }
  | { readonly integers: readonly number[] }
  | { readonly text: string };
export type Attributes = Readonly<Record<string, Attribute>>;

/** A dimension: a number, or a name for one that differs from call to call. */
export type Dimension = number | string;

/** An input or output of the graph, float32. */
export interface Port {
  readonly name: string;
  readonly shape: readonly Dimension[];
  /** What it holds, for people. */
  readonly about: string;
}

/** Texts that a reader shows about a model. */
export interface ModelFacts {
  readonly graph: string;
  readonly producer: string;
  readonly producerVersion: string;
  readonly about: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Collects one graph. Values are known by name; every name is given once. */
export class GraphBuilder {
  readonly #nodes: Encoded[] = [];
  readonly #constants: Encoded[] = [];
  readonly #names = new Set<string>();

  /**
   * Adds an operator with one output.
   * @param inputs names of values; an empty name leaves an optional input out
   * @returns `output`
   */
  node(operator: string, inputs: readonly string[], output: string, attributes: Attributes = {}): string {
    this.#claim(output);
    this.#nodes.push(message(1,
      ...inputs.map((name) => string(1, name)),
      string(2, output),
      string(3, output),
      string(4, operator),
      ...Object.entries(attributes).map(([name, value]) => message(5, string(1, name), attribute(value)))));
    return output;
  }

  /** Adds a constant, little-endian and row-major; the array is referred to until the file is made. */
  constant(name: string, type: DataType, shape: readonly number[], data: ArrayBufferView): string {
    this.#claim(name);
    this.#constants.push(message(5,
      ...shape.map((size) => integer(1, size)),
      integer(2, dataTypes[type]),
      string(8, name),
      bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))));
    return name;
  }

  /** The file. Nodes stand in the order in which they were added, which must be an order of evaluation. */
  finish(inputs: readonly Port[], outputs: readonly Port[], facts: ModelFacts): Uint8Array {
    const graph = message(7,
      ...this.#nodes,
      string(2, facts.graph),
      ...this.#constants,
      ...inputs.map((port) => valueInfo(11, port)),
      ...outputs.map((port) => valueInfo(12, port)));
    const file = sequence([
      integer(1, IR_VERSION),
      string(2, facts.producer),
      string(3, facts.producerVersion),
      string(6, facts.about),
      graph,
      message(8, integer(2, OPSET)),
      ...Object.entries(facts.metadata).map(([key, value]) => message(14, string(1, key), string(2, value))),
    ]);
    if (file.length >= 2 ** 31) throw new Error(`an ONNX file may have at most 2 GiB, this one would have ${file.length} bytes`);
    return join(file);
  }

  #claim(name: string): void {
    if (this.#names.has(name)) throw new Error(`the ONNX graph has two values named ${name}`);
    this.#names.add(name);
  }
}

/** The value and type fields of an AttributeProto. */
function attribute(value: Attribute): Encoded {
  if ('float' in value) return sequence([float(2, value.float), integer(20, 1)]);
  if ('integer' in value) return sequence([integer(3, value.integer), integer(20, 2)]);
  if ('integers' in value) return sequence([...value.integers.map((n) => integer(8, n)), integer(20, 7)]);
  return sequence([string(4, value.text), integer(20, 3)]);
}

function valueInfo(field: number, { name, shape, about }: Port): Encoded {
  const dimensions = shape.map((size) => message(1, typeof size === 'number' ? integer(1, size) : string(2, size)));
  const tensor = message(1, integer(1, dataTypes.float32), message(2, ...dimensions));
  return message(field, string(1, name), message(2, tensor), string(3, about));
}
