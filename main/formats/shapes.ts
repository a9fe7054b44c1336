// Shapes from annotation files, checked against the picture they were drawn on.
import type { Geometry } from '#contract/geometry.ts';
import type { Problem } from './format.ts';
import type { KnownPicture } from './pictures.ts';

/** A shape that may be kept (cut to the picture), and what was off about it. */
export interface Checked {
  readonly geometry: Geometry | null;
  readonly problem: Problem | null;
}

/** How far over the edge a shape may reach without a note, in pixels: rounding, and tools that count from 1. */
const OVERHANG = 1;

/** A box from two corners. */
export function boxOn({ width, height }: KnownPicture, [x1, y1, x2, y2]: readonly [number, number, number, number], where: string): Checked {
  const text = [x1, y1, x2, y2].map((n) => Math.round(n * 100) / 100).join(', ');
  if (![x1, y1, x2, y2].every(Number.isFinite)) return refused('unreadable', where, 'A box has a corner that is no number. It was left out.');
  if (x2 <= x1 || y2 <= y1) return refused('zero-size-box', where, `The box ${text} has no width or no height. It was left out.`);
  const cut = [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)] as const;
  if (cut[2] <= cut[0] || cut[3] <= cut[1]) return refused('outside-picture', where, `The box ${text} lies outside the picture (${width} x ${height}). It was left out.`);
  const geometry: Geometry = { shape: 'box', x1: cut[0], y1: cut[1], x2: cut[2], y2: cut[3] };
  return { geometry, problem: overhang([x1, y1, x2, y2], cut) ? { kind: 'clipped', where, message: `The box ${text} reaches out of the picture (${width} x ${height}) and was cut at its edge.` } : null };
}

/** A polygon from x, y, x, y, ... */
export function polygonOn({ width, height }: KnownPicture, numbers: readonly number[], where: string): Checked {
  if (numbers.length < 6 || numbers.length % 2 !== 0 || !numbers.every(Number.isFinite)) return refused('unreadable', where, 'A polygon needs at least three corners of two numbers each. It was left out.');
  const cut = numbers.map((n, i) => clamp(n, i % 2 ? height : width));
  const points = Array.from({ length: cut.length / 2 }, (_, i): [number, number] => [cut[2 * i]!, cut[2 * i + 1]!]);
  const [first, last] = [points[0]!, points.at(-1)!];
  if (points.length > 3 && first[0] === last[0] && first[1] === last[1]) points.pop();
  const spread = (axis: 0 | 1) => Math.max(...points.map((p) => p[axis])) - Math.min(...points.map((p) => p[axis]));
  if (spread(0) === 0 || spread(1) === 0) return refused('outside-picture', where, `A polygon has no area inside the picture (${width} x ${height}). It was left out.`);
  return { geometry: { shape: 'polygon', points }, problem: overhang(numbers, cut) ? { kind: 'clipped', where, message: `A polygon reaches out of the picture (${width} x ${height}) and was cut at its edge.` } : null };
}

/**
 * Whether shapes that were drawn on a picture of `declared` size fit this one. 0 x 0 says nothing.
 * @returns null, or why not: most often the picture was turned upright by its EXIF orientation since
 */
export function sizeProblem(picture: KnownPicture, declared: { readonly width: number; readonly height: number }, where: string): Problem | null {
  if (!(declared.width > 0 && declared.height > 0) || (declared.width === picture.width && declared.height === picture.height)) return null;
  return {
    kind: 'other-size', where,
    message: `The shapes were drawn on ${declared.width} x ${declared.height} pixels, the picture has ${picture.width} x ${picture.height}. They were left out; give the picture on which they were drawn.`,
  };
}

function refused(kind: Problem['kind'], where: string, message: string): Checked {
  return { geometry: null, problem: { kind, where, message } };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

function overhang(values: readonly number[], cut: readonly number[]): boolean {
  return values.some((value, i) => Math.abs(value - cut[i]!) > OVERHANG);
}
