// Shapes of every node of a network, without the batch axis, and what a padding rule means in pixels.
import { assertNever, StudioError } from '#contract/errors.ts';
import { sizeOf } from '../tensor.ts';
import { INPUT } from './graph.ts';
import type { Network, Node, NodeId, Pad } from './graph.ts';

/** [height, width, channels] or [features]. */
export type Shape = readonly number[];

/** Zeros (or minus infinity) around a map, in pixels. */
export type Margins = readonly [top: number, bottom: number, left: number, right: number];

interface Window {
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly dilation?: number;
}

/** What `pad` means for a map of the given size. */
export function margins(pad: Pad, [height, width]: readonly [number, number], window: Window): Margins {
  if (typeof pad === 'number') return [pad, pad, pad, pad];
  if (pad !== 'same') return pad;
  const dilation = window.dilation ?? 1;
  const along = (size: number, kernel: number): [number, number] => {
    const total = Math.max((Math.ceil(size / window.stride) - 1) * window.stride + dilation * (kernel - 1) + 1 - size, 0);
    const before = Math.floor(total / 2);
    return [before, total - before];
  };
  return [...along(height, window.kernel[0]), ...along(width, window.kernel[1])];
}

/** The window of a convolution or pooling node, with a square kernel written out. */
export function windowOf(node: { readonly kernel: number | readonly [number, number]; readonly stride: number; readonly dilation?: number }): Window {
  const kernel = typeof node.kernel === 'number' ? [node.kernel, node.kernel] as const : node.kernel;
  return { kernel, stride: node.stride, dilation: node.dilation ?? 1 };
}

/**
 * Shape of a node's output, given the shapes of its inputs.
 * @throws StudioError `network.input-too-small` where a window no longer fits; Error where the graph itself is wrong
 */
export function outputShape(node: Node, inputs: readonly Shape[]): Shape {
  const input = inputs[0];
  if (!input) throw new Error(`${node.id}: no input`);
  switch (node.op) {
    case 'conv': {
      const [, , channels] = asMap(node, input);
      if (node.groups === 'depthwise' && node.filters !== channels) throw new Error(`${node.id}: ${node.filters} depthwise filters on ${channels} channels`);
      return [...slide(node, input), node.filters];
    }
    case 'convTranspose': {
      const [height, width] = asMap(node, input);
      return [height * node.kernel, width * node.kernel, node.filters];
    }
    case 'maxPool':
    case 'avgPool':
      return [...slide(node, input), asMap(node, input)[2]];
    case 'globalPool': {
      const [, , channels] = asMap(node, input);
      return node.keepDims ? [1, 1, channels] : [channels];
    }
    case 'adaptivePool':
      return [...node.size, asMap(node, input)[2]];
    case 'dense':
      if (input.length !== 1) throw new Error(`${node.id}: a dense layer takes [features], not [${input}]`);
      return [node.units];
    case 'add':
      for (const other of inputs) if (String(other) !== String(input)) throw new Error(`${node.id}: cannot add [${other}] to [${input}]`);
      return input;
    case 'mul': {
      const second = inputs[1];
      const gate = [...input.map(() => 1).slice(1), input.at(-1)];
      if (inputs.length !== 2 || (String(second) !== String(input) && String(second) !== String(gate))) {
        throw new Error(`${node.id}: cannot multiply [${input}] by [${second}]`);
      }
      return input;
    }
    case 'concat': {
      const [height, width] = asMap(node, input);
      for (const other of inputs) if (other.length !== 3 || other[0] !== height || other[1] !== width) throw new Error(`${node.id}: cannot join [${other}] to [${input}]`);
      return [height, width, inputs.reduce((sum, other) => sum + asMap(node, other)[2], 0)];
    }
    case 'resize': {
      const [height, width, channels] = asMap(node, input);
      return [height * node.factor, width * node.factor, channels];
    }
    case 'pad': {
      const [height, width, channels] = asMap(node, input);
      const [top, bottom, left, right] = node.pad;
      return [height + top + bottom, width + left + right, channels + (node.channels ?? 0)];
    }
    case 'crop': {
      const [height, width, channels] = asMap(node, input);
      const [top, bottom, left, right] = node.crop;
      if (Math.min(...node.crop) < 0 || top + bottom >= height || left + right >= width) throw new Error(`${node.id}: cannot cut [${node.crop}] off [${input}]`);
      return [height - top - bottom, width - left - right, channels];
    }
    case 'part': {
      const end = node.offset + sizeOf(node.shape);
      if (input.length !== 1 || node.offset < 0 || end > (input[0] ?? 0)) throw new Error(`${node.id}: [${input}] has no part from ${node.offset} to ${end}`);
      return node.shape;
    }
    case 'flatten':
      return [input.reduce((product, n) => product * n, 1)];
    case 'norm':
    case 'act':
    case 'dropout':
      return input;
    default:
      return assertNever(node);
  }
}

/** Output shape of every node, and of `input`. Written for the network's own input size. */
export function shapes(network: Network): ReadonlyMap<NodeId, Shape> {
  const known = new Map<NodeId, Shape>([[INPUT, network.input]]);
  for (const node of network.nodes) {
    known.set(node.id, outputShape(node, node.from.map((id) => {
      const shape = known.get(id);
      if (!shape) throw new Error(`${node.id}: no node ${id} before it`);
      return shape;
    })));
  }
  return known;
}

/** @throws Error when the shape is not [height, width, channels] */
function asMap(node: Node, shape: Shape): [height: number, width: number, channels: number] {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new Error(`${node.id}: takes [height, width, channels], not [${shape}]`);
  }
  return [height, width, channels];
}

function slide(node: Node & { readonly op: 'conv' | 'maxPool' | 'avgPool' }, input: Shape): [height: number, width: number] {
  const [height, width] = asMap(node, input);
  const window = windowOf(node);
  const [top, bottom, left, right] = margins(node.pad, [height, width], window);
  const along = (size: number, kernel: number) => Math.floor((size - (window.dilation ?? 1) * (kernel - 1) - 1) / window.stride) + 1;
  const size: [number, number] = [along(height + top + bottom, window.kernel[0]), along(width + left + right, window.kernel[1])];
  if (size[0] < 1 || size[1] < 1) {
    throw new StudioError('refused', 'network.input-too-small', { node: node.id, height, width },
      `The pictures are too small for this network: at ${node.id} only ${height} x ${width} pixels are left. Choose a larger input size.`);
  }
  return size;
}
