// Connected parts of a mask, found by joining stretches of neighbouring rows: the cost follows the outline, not the area.
import type { Mask } from '../geometry.ts';
import { bounds, eachRowStretch, RunGatherer } from './runs.ts';
import { complement, unite } from './sets.ts';

/** Whether pixels that touch by a corner only are neighbours (8) or not (4). */
export type Connectivity = 4 | 8;

interface Stretch { readonly y: number; readonly from: number; readonly to: number }

/**
 * The connected parts, in the order of their first pixels along the rows. Rosenfeld and Pfaltz 1966, on stretches instead of pixels.
 * @param connectivity 8 as scipy and scikit-image take it for whole objects
 */
export function components(mask: Mask, connectivity: Connectivity = 8): readonly Mask[] {
  const stretches: Stretch[] = [];
  eachRowStretch(mask, (y, from, to) => { stretches.push({ y, from, to }); });
  const parent = joined(stretches, connectivity === 8 ? 1 : 0);
  const parts = new Map<number, RunGatherer>();
  stretches.forEach(({ y, from, to }, index) => {
    const root = find(parent, index);
    let part = parts.get(root);
    if (part === undefined) parts.set(root, part = new RunGatherer(mask));
    part.add(y * mask.width + from, y * mask.width + to);
  });
  return [...parts.values()].map((part) => part.mask());
}

/** The mask with every hole filled: background that no path of pixels joined by their sides leads out of. */
export function fillHoles(mask: Mask): Mask {
  const { width, height } = mask;
  const holes = components(complement(mask), 4).filter((part) => {
    const box = bounds(part);
    return box !== null && box.x1 > 0 && box.y1 > 0 && box.x2 < width && box.y2 < height;
  });
  return holes.reduce(unite, mask);
}

/** For each stretch the index of another one of its part, the first one of itself. @param reach columns by which stretches of two rows may miss each other */
function joined(stretches: readonly Stretch[], reach: 0 | 1): Int32Array {
  const parent = Int32Array.from({ length: stretches.length }, (_, i) => i);
  let above = 0;
  for (let i = 0; i < stretches.length; i++) {
    const one = stretches[i]!;
    while (above < i && (stretches[above]!.y < one.y - 1 || (stretches[above]!.y === one.y - 1 && stretches[above]!.to + reach <= one.from))) above++;
    for (let j = above; j < i && stretches[j]!.y === one.y - 1 && stretches[j]!.from < one.to + reach; j++) {
      const [a, b] = [find(parent, i), find(parent, j)];
      // The smaller index stays the root, so that parts come in the order of their first pixels.
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return parent;
}

function find(parent: Int32Array, index: number): number {
  let root = index;
  while (parent[root] !== root) root = parent[root]!;
  for (let at = index; at !== root;) {
    const next = parent[at]!;
    parent[at] = root;
    at = next;
  }
  return root;
}
