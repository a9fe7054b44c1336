// What each kind of node becomes in ONNX. Inside the file pictures and activations are NCHW, as its operators want them.
import { assertNever } from '#contract/errors.ts';
import type { Act, AdaptivePool, AvgPool, Concat, Conv, ConvTranspose, Crop, Dense, Flatten, GlobalPool, MaxPool, Node, NodeId, Norm, Part, Resize, ZeroPad } from '../../nets/graph.ts';
import { adaptiveWeights } from '../../nets/adaptive.ts';
import { margins, windowOf } from '../../nets/shapes.ts';
import type { Margins } from '../../nets/shapes.ts';
import { sizeOf } from '../../tensor.ts';
import type { Attributes, GraphBuilder } from './model.ts';

/** What the operators write into and read from. */
export interface Target {
  readonly graph: GraphBuilder;
  /** Name of the ONNX value that holds a node's output. */
  value(id: NodeId): string;
  /** Shape of a node's output without the batch: [h, w, c] or [c]. */
  shape(id: NodeId): readonly number[];
  /** Adds a parameter or statistic as a constant, under its own name. */
  parameter(name: string): string;
  /** Adds a small constant of the operator itself. */
  constant(name: string, type: 'float32' | 'int64', shape: readonly number[], values: readonly number[]): string;
}

/**
 * Adds the operators of one node.
 * @returns name of the value that holds its output
 */
export function addOperators(node: Node, target: Target): string {
  switch (node.op) {
    case 'conv': return convolution(node, target, target.parameter(`${node.id}.weight`), node.bias ? target.parameter(`${node.id}.bias`) : null);
    case 'convTranspose': return transposedConvolution(node, target);
    case 'norm': return batchNorm(node, target);
    case 'act': return activation(node, target);
    case 'maxPool': return pool('MaxPool', node, {}, target);
    case 'avgPool': return pool('AveragePool', node, { count_include_pad: { integer: 1 } }, target);
    case 'globalPool': return globalPool(node, target);
    case 'adaptivePool': return adaptivePool(node, target);
    case 'dense': return dense(node, target);
    case 'add': return chain('Add', node, target);
    case 'mul': return chain('Mul', node, target);
    case 'concat': return concat(node, target);
    case 'resize': return resize(node, target);
    case 'pad': return zeroPad(node, target);
    case 'crop': return crop(node, target);
    case 'part': return part(node, target);
    case 'dropout': return target.value(node.from[0]!);
    case 'flatten': return flatten(node, target);
    default: return assertNever(node);
  }
}

/** @param bias null = none */
export function convolution(node: Conv, { graph, value, shape }: Target, weight: string, bias: string | null): string {
  const [from] = node.from, [height, width, channels] = map(node, shape), dilation = node.dilation ?? 1;
  return graph.node('Conv', [value(from!), weight, ...(bias === null ? [] : [bias])], node.id, {
    kernel_shape: { integers: node.kernel },
    strides: { integers: [node.stride, node.stride] },
    dilations: { integers: [dilation, dilation] },
    pads: { integers: onnxPads(margins(node.pad, [height, width], windowOf(node))) },
    group: { integer: node.groups === 'depthwise' ? channels : 1 },
  });
}

function transposedConvolution(node: ConvTranspose, { graph, value, parameter }: Target): string {
  const inputs = [value(node.from[0]!), parameter(`${node.id}.weight`), ...(node.bias ? [parameter(`${node.id}.bias`)] : [])];
  const square = { integers: [node.kernel, node.kernel] };
  return graph.node('ConvTranspose', inputs, node.id, { kernel_shape: square, strides: square });
}

function batchNorm(node: Norm, { graph, value, parameter }: Target): string {
  const statistics = ['weight', 'bias', 'running_mean', 'running_var'].map((name) => parameter(`${node.id}.${name}`));
  return graph.node('BatchNormalization', [value(node.from[0]!), ...statistics], node.id, { epsilon: { float: node.eps } });
}

function activation({ id, from, fn }: Act, { graph, value, constant }: Target): string {
  const x = value(from[0]!);
  /** PyTorch's hard sigmoid: clip(x / 6 + 1/2, 0, 1). */
  const gate: Attributes = { alpha: { float: 1 / 6 }, beta: { float: 0.5 } };
  switch (fn) {
    case 'relu': return graph.node('Relu', [x], id);
    case 'relu6': return graph.node('Clip', [x, constant(`${id}/min`, 'float32', [], [0]), constant(`${id}/max`, 'float32', [], [6])], id);
    case 'sigmoid': return graph.node('Sigmoid', [x], id);
    case 'silu': return graph.node('Mul', [x, graph.node('Sigmoid', [x], `${id}/gate`)], id);
    case 'hardsigmoid': return graph.node('HardSigmoid', [x], id, gate);
    case 'hardswish': return graph.node('Mul', [x, graph.node('HardSigmoid', [x], `${id}/gate`, gate)], id);
    default: return assertNever(fn);
  }
}

function pool(operator: 'MaxPool' | 'AveragePool', node: MaxPool | AvgPool, attributes: Attributes, { graph, value, shape }: Target): string {
  const [from] = node.from, [height, width] = map(node, shape);
  return graph.node(operator, [value(from!)], node.id, {
    kernel_shape: { integers: [node.kernel, node.kernel] },
    strides: { integers: [node.stride, node.stride] },
    pads: { integers: onnxPads(margins(node.pad, [height, width], windowOf(node))) },
    ...attributes,
  });
}

function globalPool({ id, from, keepDims }: GlobalPool, { graph, value }: Target): string {
  const x = value(from[0]!);
  return keepDims ? graph.node('GlobalAveragePool', [x], id) : graph.node('Flatten', [graph.node('GlobalAveragePool', [x], `${id}/mean`)], id);
}

/** A product with the share of each pixel in each cell: ONNX has no operator for it. */
function adaptivePool(node: AdaptivePool, { graph, value, shape, constant }: Target): string {
  const { id, from, size } = node, [height, width, channels] = map(node, shape);
  const pixels = height * width, cells = size[0] * size[1];
  const weights = adaptiveWeights(node, [height, width]);
  const turned = Array.from(weights, (_, i) => weights[(i % cells) * pixels + Math.floor(i / cells)]!);
  const rows = graph.node('Reshape', [value(from[0]!), constant(`${id}/pixels`, 'int64', [3], [0, channels, pixels])], `${id}/rows`);
  const means = graph.node('MatMul', [rows, constant(`${id}/shares`, 'float32', [pixels, cells], turned)], `${id}/means`);
  return graph.node('Reshape', [means, constant(`${id}/cells`, 'int64', [4], [0, channels, ...size])], id);
}

/** PyTorch flattens in channel, row, column order, and NCHW lies in memory so: no weight has to be reordered. */
function flatten({ id, from }: Flatten, { graph, value }: Target): string {
  return graph.node('Flatten', [value(from[0]!)], id);
}

function dense(node: Dense, { graph, value, parameter }: Target): string {
  const inputs = [value(node.from[0]!), parameter(`${node.id}.weight`), ...(node.bias ? [parameter(`${node.id}.bias`)] : [])];
  return graph.node('Gemm', inputs, node.id, { transB: { integer: 1 } });
}

/** Folds a list of inputs from the left, as the operators take two. */
function chain(operator: 'Add' | 'Mul', { id, from }: Node, { graph, value }: Target): string {
  const [first, ...rest] = from.map(value);
  return rest.reduce((sum, x, i) => graph.node(operator, [sum, x], i === rest.length - 1 ? id : `${id}/${i}`), first!);
}

function concat({ id, from }: Concat, { graph, value }: Target): string {
  return graph.node('Concat', from.map(value), id, { axis: { integer: 1 } });
}

function resize({ id, from, factor, method }: Resize, { graph, value, constant }: Target): string {
  const inputs = [value(from[0]!), '', constant(`${id}/scales`, 'float32', [4], [1, 1, factor, factor])];
  return graph.node('Resize', inputs, id, method === 'nearest'
    // A whole factor repeats each pixel: floor(x / factor).
    ? { mode: { text: 'nearest' }, coordinate_transformation_mode: { text: 'asymmetric' }, nearest_mode: { text: 'floor' } }
    : { mode: { text: 'linear' }, coordinate_transformation_mode: { text: 'half_pixel' } });
}

function zeroPad({ id, from, pad: [top, bottom, left, right], channels = 0 }: ZeroPad, { graph, value, constant }: Target): string {
  const amounts = constant(`${id}/pads`, 'int64', [8], [0, 0, top, left, 0, channels, bottom, right]);
  return graph.node('Pad', [value(from[0]!), amounts], id);
}

function crop({ id, from, crop: [top, , left] }: Crop, { graph, value, shape, constant }: Target): string {
  const [height = 0, width = 0] = shape(id);
  const bounds = (name: string, values: readonly number[]) => constant(`${id}/${name}`, 'int64', [2], values);
  return graph.node('Slice', [value(from[0]!), bounds('starts', [top, left]), bounds('ends', [top + height, left + width]), bounds('axes', [2, 3])], id);
}

/** The vector keeps the order of the studio, row, column, channel: the map is turned to NCHW here. */
function part({ id, from, offset, shape: size }: Part, { graph, value, constant }: Target): string {
  const bound = (name: string, at: number) => constant(`${id}/${name}`, 'int64', [1], [at]);
  const stretch = graph.node('Slice', [value(from[0]!), bound('start', offset), bound('end', offset + sizeOf(size)), bound('axis', 1)], `${id}/stretch`);
  const map = graph.node('Reshape', [stretch, constant(`${id}/size`, 'int64', [4], [0, ...size])], `${id}/map`);
  return graph.node('Transpose', [map], id, { perm: { integers: [0, 3, 1, 2] } });
}

/** ONNX's order is [top, left, bottom, right]. TensorFlow's `same` is written out: ONNX's own SAME_UPPER is deprecated. */
function onnxPads([top, bottom, left, right]: Margins): readonly number[] {
  return [top, left, bottom, right];
}

/** The map that a node reads. */
function map(node: Node, shape: Target['shape']): readonly [height: number, width: number, channels: number] {
  const [height, width, channels] = shape(node.from[0]!);
  if (height === undefined || width === undefined || channels === undefined) throw new Error(`${node.id} reads no map`);
  return [height, width, channels];
}
