// The smallest box around a shape, for formats that hold boxes only.
import { assertNever } from '#contract/errors.ts';
import type { Box, Geometry } from '#contract/geometry.ts';

/** Null for a mask without a pixel. */
export function bounds(geometry: Geometry): Box | null {
  switch (geometry.shape) {
    case 'box': return geometry;
    case 'polygon': {
      const xs = geometry.points.map(([x]) => x), ys = geometry.points.map(([, y]) => y);
      return { shape: 'box', x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
    }
    case 'mask': return maskBounds(geometry.width, geometry.runs);
    default: return assertNever(geometry);
  }
}

function maskBounds(width: number, runs: readonly number[]): Box | null {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  let at = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1 && length > 0) {
      const last = at + length - 1;
      const oneRow = Math.floor(at / width) === Math.floor(last / width);
      [x1, x2] = [Math.min(x1, oneRow ? at % width : 0), Math.max(x2, oneRow ? last % width + 1 : width)];
      [y1, y2] = [Math.min(y1, Math.floor(at / width)), Math.max(y2, Math.floor(last / width) + 1)];
    }
    at += length;
  });
  return x2 > x1 ? { shape: 'box', x1, y1, x2, y2 } : null;
}
