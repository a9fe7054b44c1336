// Writes the list of nodes of a network: one method per operation, each returning the id that the next ones read.
import type { Activation, Network, Node, NodeId, Pad } from './graph.ts';
import { INPUT } from './graph.ts';
import { outputShape } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { validated } from './validate.ts';

export interface ConvOptions {
  readonly filters: number;
  /** One number for a square. */
  readonly kernel: number | readonly [height: number, width: number];
  readonly stride?: number;
  readonly dilation?: number;
  readonly pad: Pad;
  readonly groups?: 1 | 'depthwise';
  readonly bias?: boolean;
}

export interface PoolOptions {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: Pad;
}

export interface Builder {
  /** Output shape of a node made so far. */
  shape(x: NodeId): Shape;
  channels(x: NodeId): number;
  /** Takes over a node of another network as it is. */
  node(node: Node): NodeId;
  conv(id: NodeId, x: NodeId, options: ConvOptions): NodeId;
  convTranspose(id: NodeId, x: NodeId, options: { readonly filters: number; readonly kernel: number; readonly bias: boolean }): NodeId;
  norm(id: NodeId, x: NodeId, options?: { readonly eps?: number; readonly momentum?: number }): NodeId;
  act(id: NodeId, x: NodeId, fn: Activation): NodeId;
  maxPool(id: NodeId, x: NodeId, options: PoolOptions): NodeId;
  avgPool(id: NodeId, x: NodeId, options: PoolOptions): NodeId;
  globalPool(id: NodeId, x: NodeId, options?: { readonly keepDims: boolean }): NodeId;
  adaptivePool(id: NodeId, x: NodeId, size: readonly [height: number, width: number]): NodeId;
  dense(id: NodeId, x: NodeId, units: number): NodeId;
  add(id: NodeId, from: readonly NodeId[]): NodeId;
  mul(id: NodeId, x: NodeId, gate: NodeId): NodeId;
  concat(id: NodeId, from: readonly NodeId[]): NodeId;
  resize(id: NodeId, x: NodeId, options: { readonly factor: number; readonly method: 'nearest' | 'bilinear' }): NodeId;
  pad(id: NodeId, x: NodeId, pad: readonly [top: number, bottom: number, left: number, right: number], channels?: number): NodeId;
  crop(id: NodeId, x: NodeId, crop: readonly [top: number, bottom: number, left: number, right: number]): NodeId;
  part(id: NodeId, x: NodeId, offset: number, shape: readonly [height: number, width: number, channels: number]): NodeId;
  dropout(id: NodeId, x: NodeId, rate: number): NodeId;
  flatten(id: NodeId, x: NodeId): NodeId;
  /** Nodes so far, for looking up where a module ends. */
  readonly nodes: readonly Node[];
}

/**
 * Makes a network.
 * @param input [height, width, channels]
 * @param write adds the nodes and says what they mean
 */
export function build(id: string, input: Shape, write: (b: Builder) => Omit<Network, 'id' | 'input' | 'nodes'>): Network {
  const nodes: Node[] = [];
  const known = new Map<NodeId, Shape>([[INPUT, input]]);
  const shape = (x: NodeId) => {
    const found = known.get(x);
    if (!found) throw new Error(`${id}: no node ${x}`);
    return found;
  };
  const push = (node: Node) => {
    known.set(node.id, outputShape(node, node.from.map(shape)));
    nodes.push(node);
    return node.id;
  };
  const builder: Builder = {
    nodes,
    shape,
    channels: (x) => shape(x).at(-1) ?? 0,
    node: push,
    conv: (id, x, { kernel, stride = 1, groups = 1, bias = false, ...rest }) =>
      push({ op: 'conv', id, from: [x], kernel: typeof kernel === 'number' ? [kernel, kernel] : kernel, stride, groups, bias, ...rest }),
    convTranspose: (id, x, options) => push({ op: 'convTranspose', id, from: [x], ...options }),
    norm: (id, x, { eps = 1e-5, momentum = 0.1 } = {}) => push({ op: 'norm', id, from: [x], eps, momentum }),
    act: (id, x, fn) => push({ op: 'act', id, from: [x], fn }),
    maxPool: (id, x, options) => push({ op: 'maxPool', id, from: [x], ...options }),
    avgPool: (id, x, options) => push({ op: 'avgPool', id, from: [x], ...options }),
    globalPool: (id, x, { keepDims } = { keepDims: false }) => push({ op: 'globalPool', id, from: [x], keepDims }),
    adaptivePool: (id, x, size) => push({ op: 'adaptivePool', id, from: [x], size }),
    dense: (id, x, units) => push({ op: 'dense', id, from: [x], units, bias: true }),
    add: (id, from) => push({ op: 'add', id, from }),
    mul: (id, x, gate) => push({ op: 'mul', id, from: [x, gate] }),
    concat: (id, from) => push({ op: 'concat', id, from }),
    resize: (id, x, options) => push({ op: 'resize', id, from: [x], ...options }),
    pad: (id, x, pad, channels) => push({ op: 'pad', id, from: [x], pad, ...(channels === undefined ? {} : { channels }) }),
    crop: (id, x, crop) => push({ op: 'crop', id, from: [x], crop }),
    part: (id, x, offset, shape) => push({ op: 'part', id, from: [x], offset, shape }),
    dropout: (id, x, rate) => push({ op: 'dropout', id, from: [x], rate }),
    flatten: (id, x) => push({ op: 'flatten', id, from: [x] }),
  };
  const meaning = write(builder);
  return validated({ id, input, nodes, ...meaning });
}
