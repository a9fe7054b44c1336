// Fewer corners for an outline: those stay that no straight line comes near.
import type { Vertex } from './polygons.ts';

/**
 * Ramer 1972, Douglas and Peucker 1973, for a closed outline, begun at the two corners that lie farthest apart from the first one.
 * @param tolerance how far, in pixels, a left-out corner may lie from the line that replaces it
 * @returns at least three corners, where there were as many
 */
export function simplified(points: readonly Vertex[], tolerance: number): readonly Vertex[] {
  if (points.length <= 4) return points;
  const [first] = points as readonly [Vertex, ...Vertex[]];
  const squared = ([x, y]: Vertex) => (x - first[0]) ** 2 + (y - first[1]) ** 2;
  const far = points.reduce((best, vertex, at) => (squared(vertex) > squared(points[best]!) ? at : best), 0);
  const kept = new Set([0, far]), closed = [...points, first];
  keep(closed, 0, far, tolerance, kept);
  keep(closed, far, points.length, tolerance, kept);
  kept.delete(points.length);
  if (kept.size < 3) kept.add(farthest(closed, 0, far).at).add(farthest(closed, far, points.length).at);
  return points.filter((_, at) => kept.has(at));
}

function keep(points: readonly Vertex[], from: number, to: number, tolerance: number, kept: Set<number>): void {
  const { at, distance } = farthest(points, from, to);
  if (distance <= tolerance) return;
  kept.add(at);
  keep(points, from, at, tolerance, kept);
  keep(points, at, to, tolerance, kept);
}

/** The corner between two others that lies farthest from the line between them. */
function farthest(points: readonly Vertex[], from: number, to: number): { readonly at: number; readonly distance: number } {
  const [x1, y1] = points[from]!, [x2, y2] = points[to]!, length = Math.hypot(x2 - x1, y2 - y1);
  let at = from, distance = -1;
  for (let i = from + 1; i < to; i++) {
    const [x, y] = points[i]!;
    const apart = length === 0 ? Math.hypot(x - x1, y - y1) : Math.abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) / length;
    if (apart > distance) [at, distance] = [i, apart];
  }
  return { at, distance };
}
