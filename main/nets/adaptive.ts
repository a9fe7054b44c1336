// Which pixels each cell of an adaptive pool averages, as one matrix: every executor multiplies by it.
import type { AdaptivePool } from './graph.ts';

/** Row-major [cells, pixels]: how much each pixel of a map counts in each cell. Rows sum to 1. */
export function adaptiveWeights({ size }: Pick<AdaptivePool, 'size'>, [height, width]: readonly [height: number, width: number]): Float32Array {
  const rows = spans(size[0], height), columns = spans(size[1], width);
  const weights = new Float32Array(rows.length * columns.length * height * width);
  rows.forEach((row, i) => columns.forEach((column, j) => {
    const cell = (i * columns.length + j) * height * width;
    const share = 1 / ((row.end - row.start) * (column.end - column.start));
    for (let y = row.start; y < row.end; y++) weights.fill(share, cell + y * width + column.start, cell + y * width + column.end);
  }));
  return weights;
}

function spans(cells: number, length: number): readonly { readonly start: number; readonly end: number }[] {
  return Array.from({ length: cells }, (_, i) => ({ start: Math.floor((i * length) / cells), end: Math.ceil(((i + 1) * length) / cells) }));
}
