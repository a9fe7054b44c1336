// Union, intersection and difference of masks of one picture, on the run lengths themselves: no pixel is touched.
import type { Box, Mask } from '../geometry.ts';
import { BoundsGatherer, RunGatherer } from './runs.ts';

/** Pixels of either. */
export function unite(a: Mask, b: Mask): Mask {
  return combined(a, b, (inA, inB) => inA || inB);
}

/** Pixels of both. */
export function intersect(a: Mask, b: Mask): Mask {
  return combined(a, b, (inA, inB) => inA && inB);
}

/** Pixels of the first that are not of the second. */
export function subtract(a: Mask, b: Mask): Mask {
  return combined(a, b, (inA, inB) => inA && !inB);
}

/** Pixels of none. */
export function complement(mask: Mask): Mask {
  const { width, height, runs } = mask;
  const [first, ...rest] = runs;
  return { shape: 'mask', width, height, runs: first === 0 ? rest : [0, ...runs] };
}

/** Whether two masks share a pixel. */
export function meet(a: Mask, b: Mask): boolean {
  return !eachAlike(a, b, (inA, inB) => !(inA && inB));
}

/** The smallest box around the pixels of which one mask says another thing than the other; null where they are the same. */
export function differing(a: Mask, b: Mask): Box | null {
  const gatherer = new BoundsGatherer(a.width);
  eachAlike(a, b, (inA, inB, from, to) => {
    if (inA !== inB) gatherer.add(from, to);
    return true;
  });
  return gatherer.box();
}

function combined(a: Mask, b: Mask, keeps: (inA: boolean, inB: boolean) => boolean): Mask {
  const gatherer = new RunGatherer(a);
  eachAlike(a, b, (inA, inB, from, to) => {
    if (keeps(inA, inB)) gatherer.add(from, to);
    return true;
  });
  return gatherer.mask();
}

/** Visits, in ascending order, the stretches over which neither mask changes, until `visit` says false. @returns whether it came to the end */
function eachAlike(a: Mask, b: Mask, visit: (inA: boolean, inB: boolean, from: number, to: number) => boolean): boolean {
  if (a.width !== b.width || a.height !== b.height) throw new Error(`a mask of ${a.width} x ${a.height} and one of ${b.width} x ${b.height} are not of one picture`);
  const total = a.width * a.height;
  let i = 0, j = 0, at = 0, endA = a.runs[0] ?? total, endB = b.runs[0] ?? total;
  while (at < total) {
    const next = Math.min(endA, endB);
    if (next > at && !visit(i % 2 === 1, j % 2 === 1, at, next)) return false;
    at = next;
    while (endA <= at && at < total) endA += a.runs[++i] ?? total;
    while (endB <= at && at < total) endB += b.runs[++j] ?? total;
  }
  return true;
}
