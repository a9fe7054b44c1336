// Writes a network with its weights as an ONNX file, for inference: dropout vanishes and batch normalisation uses its stored statistics.
import { INPUT } from '../../nets/graph.ts';
import type { Network, NodeId } from '../../nets/graph.ts';
import { flattenBefore, parameters } from '../../nets/parameters.ts';
import { shapes } from '../../nets/shapes.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { LARGEST_FLOAT16, narrowToFloat16 } from '../../weights/float16.ts';
import { foldableNorms, foldNorm } from './fold.ts';
import { dataTypes, GraphBuilder } from './model.ts';
import type { Dimension, ModelFacts, Port } from './model.ts';
import { addOperators, convolution } from './operators.ts';
import type { Target } from './operators.ts';

/** A wanted output. `activation` turns logits into probabilities, over the classes or for each class by itself. */
export interface OnnxOutput {
  readonly node: NodeId;
  /** Its name in the file; it may not be a node's or a parameter's. */
  readonly name: string;
  readonly activation?: 'softmax' | 'sigmoid';
  readonly about: string;
}

export interface OnnxSpec {
  readonly network: Network;
  /** Parameters and statistics in PyTorch's layout, by timm's names: they keep them in the file. */
  readonly values: TensorMap;
  readonly outputs: readonly OnnxOutput[];
  /** How pictures go in and maps come out. The network inside is NCHW either way. */
  readonly layout: 'nchw' | 'nhwc';
  /** Multiplies batch norms into the convolutions before them where nothing else reads those. */
  readonly foldNorms: boolean;
  /**
   * `float16` halves the file: weights of rank 2 and more are rounded to half precision and widened when the file is opened; all arithmetic stays
   * float32. None = float32. @throws Error where a weight is too large for half precision
   */
  readonly storage?: 'float32' | 'float16';
  /** What the input holds, for people. */
  readonly aboutInput: string;
  readonly facts: ModelFacts;
}

/** Name of the file's only input, float32 [n, ...]: any number of pictures. */
export const INPUT_NAME = 'input';
const BATCH: Dimension = 'n';

/** @throws Error where a value is missing or has another shape than the network says */
export function writeOnnx(spec: OnnxSpec): Uint8Array {
  const { network, values, layout, outputs } = spec;
  const graph = new GraphBuilder();
  const names = new Map<NodeId, string>();
  const sizes = shapes(network);
  const target: Target = {
    graph,
    value: (id) => found(names, id, 'node'),
    shape: (id) => found(sizes, id, 'shape of node'),
    parameter: (name) => weight(name, found(values, name, 'value for')),
    constant: (name, type, shape, numbers) => graph.constant(name, type, shape, type === 'float32' ? Float32Array.from(numbers) : BigInt64Array.from(numbers, BigInt)),
  };
  const weight = (name: string, tensor: Tensor) => storeWeight(graph, name, tensor, spec.storage ?? 'float32');

  names.set(INPUT, layout === 'nhwc' && network.input.length === 3
    ? graph.node('Transpose', [INPUT_NAME], `${INPUT_NAME}/nchw`, { perm: { integers: [0, 3, 1, 2] } })
    : INPUT_NAME);
  const folded = spec.foldNorms ? foldableNorms(network, new Set(outputs.map(({ node }) => node))) : new Map<NodeId, never>();
  const needed = nodesBefore(network, outputs.map(({ node }) => node));
  checkValues(network, needed, values);
  for (const node of network.nodes.filter(({ id }) => needed.has(id))) {
    // A norm that was folded has its value already.
    if (names.has(node.id)) continue;
    const norm = folded.get(node.id);
    if (node.op === 'conv' && norm) {
      const folding = foldNorm(node, norm, values);
      names.set(norm.id, convolution(node, target, weight(`${node.id}.weight`, folding.weight), weight(`${node.id}.bias`, folding.bias)));
    } else {
      names.set(node.id, addOperators(node, target));
    }
  }
  return graph.finish([inputPort(spec)], outputs.map((output) => addOutput(output, spec, target)), spec.facts);
}

function storeWeight(graph: GraphBuilder, name: string, { shape, data }: Tensor, storage: 'float32' | 'float16'): string {
  if (storage === 'float32' || shape.length < 2) return graph.constant(name, 'float32', shape, data);
  if (data.some((value) => Math.abs(value) > LARGEST_FLOAT16)) throw new Error(`${name} has a weight above ${LARGEST_FLOAT16}`);
  return graph.node('Cast', [graph.constant(name, 'float16', shape, narrowToFloat16(data))], `${name}/float32`, { to: { integer: dataTypes.float32 } });
}

/** What has to be computed for some nodes, themselves included; the rest and its weights stay out of the file. */
function nodesBefore(network: Network, wanted: readonly NodeId[]): ReadonlySet<NodeId> {
  const needed = new Set(wanted);
  for (const node of network.nodes.toReversed()) {
    if (needed.has(node.id)) for (const id of node.from) needed.add(id);
  }
  return needed;
}

function checkValues(network: Network, needed: ReadonlySet<NodeId>, values: TensorMap): void {
  for (const { name, shape } of parameters(network).filter(({ node }) => needed.has(node))) {
    const found = values.get(name);
    if (!found) throw new Error(`there is no value for ${name}`);
    if (found.shape.join() !== shape.join()) throw new Error(`${name} has the shape [${found.shape.join(', ')}], the network wants [${shape.join(', ')}]`);
  }
}

function inputPort({ network, layout, aboutInput }: OnnxSpec): Port {
  return { name: INPUT_NAME, shape: [BATCH, ...arranged(network.input, layout)], about: aboutInput };
}

function addOutput({ node, name, activation, about }: OnnxOutput, { network, layout }: OnnxSpec, target: Target): Port {
  const { graph } = target;
  const shape = target.shape(node);
  let value = target.value(node);
  if (activation === 'softmax') value = graph.node('Softmax', [value], `${name}/softmax`, { axis: { integer: 1 } });
  if (activation === 'sigmoid') value = graph.node('Sigmoid', [value], `${name}/sigmoid`);
  const map = shape.length === 3 ? shape : flattenedMap(network, node, target);
  if (layout === 'nhwc' && map) {
    const [height, width, channels] = map as readonly [number, number, number];
    const whole = shape.length === 3 ? value : graph.node('Reshape', [value, target.constant(`${name}/map`, 'int64', [4], [0, channels, height, width])], `${name}/nchw`);
    value = graph.node('Transpose', [whole], `${name}/nhwc`, { perm: { integers: [0, 2, 3, 1] } });
    if (shape.length === 1) value = graph.node('Flatten', [value], `${name}/flat`);
  }
  graph.node('Identity', [value], name);
  return { name, shape: [BATCH, ...arranged(shape, layout)], about };
}

/** Shape of the map whose flattened values, in NCHW order, a node without height and width holds; null where order has no meaning. */
function flattenedMap(network: Network, id: NodeId, target: Target): readonly number[] | null {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  const node = nodes.get(id);
  const flatten = node?.op === 'flatten' ? node : node?.op === 'act' || node?.op === 'dropout' ? flattenBefore(node, nodes) : null;
  return flatten ? target.shape(flatten.from[0]!) : null;
}

function arranged(shape: readonly number[], layout: 'nchw' | 'nhwc'): readonly number[] {
  return shape.length === 3 && layout === 'nchw' ? [shape[2]!, shape[0]!, shape[1]!] : shape;
}

function found<Value>(map: ReadonlyMap<string, Value>, name: string, kind: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the network has no ${kind} ${name}`);
  return value;
}
