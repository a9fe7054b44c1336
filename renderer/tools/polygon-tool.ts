// Polygons as plain numbers: drawn corner by corner; corners moved, added, deleted; parted in two.
import type { Point } from '../canvas/viewport.ts';

export type Corners = readonly (readonly [x: number, y: number])[];

/** What a press on a polygon meets: one of its corners, or the side after a corner. */
export type Hold = { readonly what: 'corner'; readonly at: number } | { readonly what: 'side'; readonly at: number };

const distance = ([x, y]: readonly [number, number], to: Point) => Math.hypot(x - to.x, y - to.y);

/** @param reach in picture pixels. Corners come before sides */
export function hold(points: Corners, at: Point, reach: number): Hold | null {
  let best: Hold | null = null, least = reach;
  points.forEach((corner, i) => {
    if (distance(corner, at) <= least) [best, least] = [{ what: 'corner', at: i }, distance(corner, at)];
  });
  if (best !== null) return best;
  least = reach;
  points.forEach((from, i) => {
    const near = distance(nearestOn(from, points[(i + 1) % points.length]!, at), at);
    if (near <= least) [best, least] = [{ what: 'side', at: i }, near];
  });
  return best;
}

function nearestOn([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number], { x, y }: Point): readonly [number, number] {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2, along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
  return [x1 + along * (x2 - x1), y1 + along * (y2 - y1)];
}

/** The polygon with what is held at another point: a corner moved there, or a new one put into the side. */
export function pulled(points: Corners, held: Hold, to: Point): Corners {
  return held.what === 'corner' ? points.with(held.at, [to.x, to.y]) : points.toSpliced(held.at + 1, 0, [to.x, to.y]);
}

/** Without a corner; as it was with three, since fewer are no polygon. */
export function withoutCorner(points: Corners, at: number): Corners {
  return points.length <= 3 ? points : points.toSpliced(at, 1);
}

/** The two polygons that a cut between two corners makes; null for neighbours, between which there is nothing to cut. */
export function parted(points: Corners, a: number, b: number): readonly [Corners, Corners] | null {
  const [low, high] = a < b ? [a, b] : [b, a];
  const inner = points.slice(low, high + 1), outer = [...points.slice(high), ...points.slice(0, low + 1)];
  return inner.length < 3 || outer.length < 3 ? null : [inner, outer];
}
