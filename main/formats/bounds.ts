// The smallest box around a shape, for formats that hold boxes only.
import { assertNever } from '#contract/errors.ts';
import type { Box, Geometry } from '#contract/geometry.ts';
import { bounds as maskBounds } from '../masks/index.ts';

/** Null for a mask without a pixel. */
export function bounds(geometry: Geometry): Box | null {
  switch (geometry.shape) {
    case 'box': return geometry;
    case 'polygon': {
      const xs = geometry.points.map(([x]) => x), ys = geometry.points.map(([, y]) => y);
      return { shape: 'box', x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
    }
    case 'mask': return maskBounds(geometry);
    default: return assertNever(geometry);
  }
}
