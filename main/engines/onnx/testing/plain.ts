// A network computed in the plainest way, in double precision: what engines and exports are compared with in tests. Slow on purpose.
import { assertNever } from '#contract/errors.ts';
import { INPUT } from '../../../nets/graph.ts';
import type { Activation, AdaptivePool, AvgPool, Conv, ConvTranspose, MaxPool, Network, Node, NodeId, Resize } from '../../../nets/graph.ts';
import { outputShape } from '../../../nets/shapes.ts';
import { sizeOf } from '../../../tensor.ts';
import type { TensorMap } from '../../../tensor.ts';

/** One picture's map, [h, w, c], or vector, [c], row-major. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The output of every node for one picture. */
export function computePlainly(network: Network, values: TensorMap, picture: ArrayLike<number>): ReadonlyMap<NodeId, Plain> {
  const done = new Map<NodeId, Plain>([[INPUT, { shape: network.input, data: Float64Array.from(picture) }]]);
  for (const node of network.nodes) {
    const inputs = node.from.map((id) => done.get(id)!);
    const shape = outputShape(node, inputs.map((input) => input.shape));
    done.set(node.id, { shape, data: compute(node, inputs, shape, (name) => values.get(`${node.id}.${name}`)!.data) });
  }
  return done;
}

type Read = (name: string) => Float32Array;

function compute(node: Node, inputs: readonly Plain[], shape: readonly number[], read: Read): Float64Array {
  const [x, second] = inputs as readonly [Plain, Plain | undefined];
  const channels = shape.at(-1)!;
  const each = (value: (index: number, channel: number) => number) => Float64Array.from({ length: sizeOf(shape) }, (_, i) => value(i, i % channels));
  switch (node.op) {
    case 'conv': return convolve(node, x, shape, read);
    case 'convTranspose': return spread(node, x, shape, read);
    case 'maxPool': case 'avgPool': return pool(node, x, shape);
    case 'adaptivePool': return cellMeans(node, x, shape);
    case 'resize': return enlarge(node, x, shape);
    case 'norm': {
      const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(read) as [Float32Array, Float32Array, Float32Array, Float32Array];
      return each((i, c) => (x.data[i]! - mean[c]!) / Math.sqrt(variance[c]! + node.eps) * weight[c]! + bias[c]!);
    }
    case 'act': return x.data.map((value) => activate(node.fn, value));
    case 'globalPool': return each((c) => sum(x.data.length / channels, (p) => x.data[p * channels + c]!) / (x.data.length / channels));
    case 'dense': {
      const weight = read('weight'), bias = node.bias ? read('bias') : null;
      const columns = x.data.length;
      return each((unit) => (bias?.[unit] ?? 0) + sum(columns, (i) => x.data[i]! * weight[unit * columns + i]!));
    }
    case 'add': return each((i) => sum(inputs.length, (k) => inputs[k]!.data[i]!));
    case 'mul': return each((i, c) => x.data[i]! * second!.data[second!.data.length === channels ? c : i]!);
    case 'concat': return each((i, c) => {
      let source = 0, channel = c;
      for (; channel >= inputs[source]!.shape[2]!; source++) channel -= inputs[source]!.shape[2]!;
      return inputs[source]!.data[Math.floor(i / channels) * inputs[source]!.shape[2]! + channel]!;
    });
    case 'pad': return overMap(shape, (y, column, c) => (c < x.shape[2]! ? at(x, y - node.pad[0], column - node.pad[2], c, 0) : 0));
    case 'crop': return overMap(shape, (y, column, c) => at(x, y + node.crop[0], column + node.crop[2], c, 0));
    case 'part': return x.data.slice(node.offset, node.offset + sizeOf(shape));
    case 'dropout': return x.data;
    case 'flatten': {
      // In PyTorch's order, so that the dense layer after it reads its weight as stored.
      const [height, width, depth] = x.shape as [number, number, number];
      return Float64Array.from({ length: sizeOf(shape) }, (_, i) => at(x, Math.floor(i / width) % height, i % width, Math.floor(i / (height * width)) % depth, 0));
    }
    default: return assertNever(node);
  }
}

function activate(fn: Activation, x: number): number {
  const clip = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  switch (fn) {
    case 'relu': return Math.max(x, 0);
    case 'relu6': return clip(x, 6);
    case 'sigmoid': return 1 / (1 + Math.exp(-x));
    case 'silu': return x / (1 + Math.exp(-x));
    case 'hardsigmoid': return clip(x + 3, 6) / 6;
    case 'hardswish': return x * clip(x + 3, 6) / 6;
    default: return assertNever(fn);
  }
}

function sum(count: number, term: (index: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** A pixel, or `outside` where there is none. */
function at({ shape: [height, width, channels], data }: Plain, y: number, x: number, c: number, outside: number): number {
  return y < 0 || x < 0 || y >= height! || x >= width! ? outside : data[(y * width! + x) * channels! + c]!;
}

function overMap([height, width, channels]: readonly number[], value: (y: number, x: number, c: number) => number): Float64Array {
  const out = new Float64Array(height! * width! * channels!);
  for (let i = 0; i < out.length; i++) out[i] = value(Math.floor(i / channels! / width!), Math.floor(i / channels!) % width!, i % channels!);
  return out;
}

/** Pixels before the picture, from the rule itself: TensorFlow's `same` gives ceil(size / stride) outputs, the odd pixel after. */
function before(pad: Conv['pad'], axis: 0 | 1, size: number, reach: number, stride: number): number {
  if (typeof pad === 'number') return pad;
  if (pad !== 'same') return pad[axis * 2]!;
  return Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0) / 2);
}

function convolve(node: Conv, x: Plain, shape: readonly number[], read: Read): Float64Array {
  const weight = read('weight'), bias = node.bias ? read('bias') : null;
  const [rows, columns] = node.kernel, dilation = node.dilation ?? 1;
  const [height, width, depth] = x.shape as [number, number, number];
  const top = before(node.pad, 0, height, (rows - 1) * dilation + 1, node.stride), left = before(node.pad, 1, width, (columns - 1) * dilation + 1, node.stride);
  const perGroup = node.groups === 'depthwise' ? 1 : depth;
  return overMap(shape, (oy, ox, filter) => {
    let total = bias?.[filter] ?? 0;
    for (let c = 0; c < perGroup; c++) for (let r = 0; r < rows; r++) for (let k = 0; k < columns; k++) {
      const channel = node.groups === 'depthwise' ? filter : c;
      total += weight[((filter * perGroup + c) * rows + r) * columns + k]! * at(x, oy * node.stride + r * dilation - top, ox * node.stride + k * dilation - left, channel, 0);
    }
    return total;
  });
}

function spread(node: ConvTranspose, x: Plain, shape: readonly number[], read: Read): Float64Array {
  const weight = read('weight'), bias = node.bias ? read('bias') : null;
  const { kernel, filters } = node;
  return overMap(shape, (oy, ox, filter) => (bias?.[filter] ?? 0) + sum(x.shape[2]!, (c) =>
    weight[((c * filters + filter) * kernel + oy % kernel) * kernel + ox % kernel]! * at(x, Math.floor(oy / kernel), Math.floor(ox / kernel), c, 0)));
}

function pool(node: MaxPool | AvgPool, x: Plain, shape: readonly number[]): Float64Array {
  const { kernel, stride } = node;
  const top = before(node.pad, 0, x.shape[0]!, kernel, stride), left = before(node.pad, 1, x.shape[1]!, kernel, stride);
  return overMap(shape, (oy, ox, c) => {
    const window = Array.from({ length: kernel * kernel }, (_, i) =>
      at(x, oy * stride + Math.floor(i / kernel) - top, ox * stride + i % kernel - left, c, node.op === 'maxPool' ? -Infinity : 0));
    return node.op === 'maxPool' ? Math.max(...window) : sum(window.length, (i) => window[i]!) / window.length;
  });
}

/** Each cell by PyTorch's definition: from floor(i h / n) up to ceil((i + 1) h / n). */
function cellMeans({ size: [rows, columns] }: AdaptivePool, x: Plain, shape: readonly number[]): Float64Array {
  const [height, width] = x.shape as [number, number, number];
  return overMap(shape, (i, j, c) => {
    let total = 0, count = 0;
    for (let y = Math.floor(i * height / rows); y < (i + 1) * height / rows; y++) {
      for (let column = Math.floor(j * width / columns); column < (j + 1) * width / columns; column++, count++) total += at(x, y, column, c, 0);
    }
    return total / count;
  });
}

function enlarge({ factor, method }: Resize, x: Plain, shape: readonly number[]): Float64Array {
  if (method === 'nearest') return overMap(shape, (oy, ox, c) => at(x, Math.floor(oy / factor), Math.floor(ox / factor), c, 0));
  const [height, width] = x.shape as [number, number, number];
  const clamped = (y: number, column: number, c: number) => at(x, Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(column, 0), width - 1), c, 0);
  return overMap(shape, (oy, ox, c) => {
    const sy = (oy + 0.5) / factor - 0.5, sx = (ox + 0.5) / factor - 0.5;
    const y = Math.floor(sy), column = Math.floor(sx), dy = sy - y, dx = sx - column;
    return (clamped(y, column, c) * (1 - dx) + clamped(y, column + 1, c) * dx) * (1 - dy) + (clamped(y + 1, column, c) * (1 - dx) + clamped(y + 1, column + 1, c) * dx) * dy;
  });
}
