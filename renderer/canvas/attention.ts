// How much of what speaks for a class lies in the shapes that a person drew: a network that looks elsewhere may have learnt something else.
import type { Geometry } from '#contract/geometry.ts';
import { fromBox, fromPolygon } from '#contract/masks/polygons.ts';
import { emptyMask, eachStretch } from '#contract/masks/runs.ts';
import { unite } from '#contract/masks/sets.ts';
import { enlarged } from './heat.ts';
import type { Grid } from './heat.ts';
import type { Size } from './viewport.ts';

/** Shares of 0 to 1. */
export interface Attention {
  /** Of what speaks for the class. */
  readonly evidence: number;
  /** Of what the network sees: what the share of the evidence would be if it lay anywhere. */
  readonly area: number;
}

/** Points along each side of what the network sees at which its map is asked. */
const POINTS = 128;

/**
 * @param grid over the middle square of the picture; what speaks against the class counts as nothing
 * @param cropShare share of the short side that the network sees
 * @returns null where nothing is drawn, or nothing speaks for the class
 */
export function attentionInside(grid: Grid, picture: Size, cropShare: number, shapes: readonly Geometry[]): Attention | null {
  if (shapes.length === 0) return null;
  const drawn = shapes.map((shape) => (shape.shape === 'mask' ? shape : shape.shape === 'box' ? fromBox(shape, picture) : fromPolygon(shape, picture))).reduce(unite, emptyMask(picture));
  const inside = new Uint8Array(picture.width * picture.height);
  eachStretch(drawn, (from, to) => { inside.fill(1, from, to); });
  const side = Math.min(picture.width, picture.height) * cropShare, left = (picture.width - side) / 2, top = (picture.height - side) / 2;
  let all = 0, within = 0, covered = 0;
  enlarged(grid, POINTS, POINTS).forEach((value, point) => {
    const x = Math.floor(left + ((point % POINTS + 0.5) / POINTS) * side), y = Math.floor(top + ((Math.floor(point / POINTS) + 0.5) / POINTS) * side);
    const hit = inside[y * picture.width + x]!, evidence = Math.max(0, value);
    all += evidence;
    within += hit * evidence;
    covered += hit;
  });
  return covered > 0 && all > 0 ? { evidence: within / all, area: covered / POINTS ** 2 } : null;
}
