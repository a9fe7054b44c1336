// Gradients of dense convolutions as matrix products. oneDNN's AVX2 kernels for filter gradients reach half of what its products do
// (45 against 70 of 96 GFLOP/s on 3 x 3 x 64 at 56 x 56); with AVX-512 its own kernels are the better ones.
import type { Conv } from '../../../nets/graph.ts';
import type { Margins, Shape } from '../../../nets/shapes.ts';
import { thisMachine } from '../../machine.ts';
import type { Machine } from '../../machine.ts';
import type { Emitter } from '../emitter.ts';
import type { Ref } from '../graph-writer.ts';
import { attribute } from '../graph-writer.ts';

/** `point`: one pixel, one product. `rows`: a product for each row of the window. `columns`: all of the window side by side, one product. */
export type MatrixForm = 'point' | 'rows' | 'columns';

/** Where the products were measured to be faster, by 10 to 50 %: from this width on by rows, up to that one by columns; between them there is nothing to win. */
const rowsFrom = 28, columnsUpTo = 10;

/** How the gradients of a convolution over `shape` are best written; null = by TensorFlow's own operations. */
export function matrixForm(node: Conv, [, width = 0, channels = 0]: Shape, machine: Machine = thisMachine()): MatrixForm | null {
  if (!productsAreFaster(machine) || node.groups !== 1 || node.stride !== 1 || (node.dilation ?? 1) > 1) return null;
  const [height, across] = node.kernel;
  if (height * across === 1) return 'point';
  if (width <= columnsUpTo) return 'columns';
  return width >= rowsFrom && channels > 16 ? 'rows' : null;
}

const productsAreFaster = ({ flags, cuda }: Machine): boolean => cuda === null && flags !== null && flags.has('avx2') && !flags.has('avx512f');

/** One convolution of stride 1 in float32, as its gradients see it. */
export interface Correlation {
  /** [n, ...shape] */
  readonly x: Ref;
  readonly shape: Shape;
  /** Zeros around x, which it does not hold yet. */
  readonly edges: Margins;
  /** [height, width, channels, filters] */
  readonly weight: Shape;
}

/** dx of a window of one pixel: dy times the transposed weight. */
export function pointInputGradient(emit: Emitter, { x, weight: [, , channels = 0, filters = 0] }: Correlation, weight: Ref, dy: Ref): Ref {
  const product = emit.op('MatMul', [emit.reshape(dy, emit.integers([-1, filters])), emit.reshape(weight, emit.integers([channels, filters]))], 'float32', { transpose_b: attribute.bool(true) });
  return emit.reshape(product, emit.sizes(x, 'float32'));
}

/** dw[r, s] = sum over pictures and pixels of x[i + r, j + s] dy[i, j]: x transposed times dy, for each place of the window. */
export function matrixFilterGradient(emit: Emitter, form: MatrixForm, correlation: Correlation, dy: Ref): Ref {
  const { weight } = correlation;
  const product = form === 'rows' ? byRows(emit, correlation, dy) : byColumns(emit, correlation, dy);
  return emit.reshape(product, emit.integers(weight));
}

/**
 * With x and dy padded to one size and laid out as lists of pixels, a place of the window is an offset in the list of x: slices of lists copy nothing.
 * The places of one row of the window are joined first, which makes the products large enough.
 */
function byRows(emit: Emitter, { x, shape, edges, weight }: Correlation, dy: Ref): Ref {
  const [kernelHeight = 0, kernelWidth = 0, channels = 0, filters = 0] = weight;
  const [top, bottom, left, right] = edges;
  const width = left + (shape[1] ?? 0) + right;
  const rows = kernelHeight - 1, columns = kernelWidth - 1;
  const pixels = emit.reshape(pad(emit, x, [top, bottom, left, right]), emit.integers([-1, channels]));
  const gradients = cut(emit, emit.reshape(pad(emit, dy, [0, rows, 0, columns]), emit.integers([-1, filters])), 0, columns + rows * width);
  const joined = join(emit, Array.from({ length: kernelWidth }, (_, s) => cut(emit, pixels, s, columns - s)), 1);
  return join(emit, Array.from({ length: kernelHeight }, (_, r) => {
    const shifted = cut(emit, joined, r * width, (rows - r) * width);
    // The longer side goes last: the product is faster that way round.
    const product = emit.op('MatMul', [gradients, shifted], 'float32', { transpose_a: attribute.bool(true) });
    return emit.op('Transpose', [product, emit.integers([1, 0])], 'float32', { Tperm: attribute.type('int32') });
  }), 0);
}

function byColumns(emit: Emitter, { x, shape, edges, weight }: Correlation, dy: Ref): Ref {
  const [kernelHeight = 0, kernelWidth = 0, channels = 0, filters = 0] = weight;
  const [top, bottom, left, right] = edges;
  const height = top + (shape[0] ?? 0) + bottom - kernelHeight + 1, width = left + (shape[1] ?? 0) + right - kernelWidth + 1;
  const padded = pad(emit, x, edges);
  const places = Array.from({ length: kernelHeight * kernelWidth }, (_, place) => {
    const corner = [0, Math.floor(place / kernelWidth), place % kernelWidth, 0];
    return emit.op('Slice', [padded, emit.integers(corner), emit.integers([-1, height, width, channels])], 'float32', { Index: attribute.type('int32') });
  });
  const table = emit.reshape(join(emit, places, 3), emit.integers([-1, kernelHeight * kernelWidth * channels]));
  return emit.op('MatMul', [table, emit.reshape(dy, emit.integers([-1, filters]))], 'float32', { transpose_a: attribute.bool(true) });
}

function pad(emit: Emitter, ref: Ref, edges: Margins): Ref {
  if (edges.every((n) => n === 0)) return ref;
  return emit.op('Pad', [ref, emit.graph.constant('int32', [4, 2], [0, 0, ...edges, 0, 0])], 'float32', { Tpaddings: attribute.type('int32') });
}

/** Leaves out so many rows of a list at its begin and end. */
function cut(emit: Emitter, list: Ref, first: number, last: number): Ref {
  if (first === 0 && last === 0) return list;
  const attributes = { Index: attribute.type('int32'), end_mask: attribute.integer(last === 0 ? 1 : 0) };
  return emit.op('StridedSlice', [list, emit.integers([first]), emit.integers([-last]), emit.integers([1])], 'float32', attributes);
}

function join(emit: Emitter, parts: readonly Ref[], axis: number): Ref {
  if (parts.length === 1) return parts[0]!;
  return emit.op('ConcatV2', [...parts, emit.integer(axis)], 'float32', { N: attribute.integer(parts.length), Tidx: attribute.type('int32') });
}
